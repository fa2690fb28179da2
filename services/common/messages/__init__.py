"""Every RPC and event of the system, one file per owning service. A shape is a frozen dataclass; changing one incompatibly means a new version beside it."""
