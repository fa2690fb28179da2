"""The PDF signing engine: certificates, PAdES signatures, the authority's seal, long-term proof and verification.

Decides everything about the bytes of a signed PDF. Runs in plain child processes (`jobs.build`), never beside eventlet;
knows no bus, no database and no case: who may sign, when, and what is recorded is the service's business.
"""
