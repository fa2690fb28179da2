"""Drawing of contract documents: template to HTML, HTML to PDF in a sandbox, one finish pass.

`document_json` and `errors` need the standard library alone and may be imported anywhere; everything else here runs
in an engine process only (`engine.build`), because it computes and uses libraries that block.
"""
