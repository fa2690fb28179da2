"""Requests made from /openapi.json by schemathesis, against a whole stack: no 500, nothing the document does not tell."""
