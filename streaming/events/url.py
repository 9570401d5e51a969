"""URLs as they may be shown."""


def without_account(url: str) -> str:
    """However it is misspelt, nothing of what stands before an `@` but the scheme."""
    before, at, rest = url.rpartition("@")
    scheme, is_there, _ = before.partition("://")
    return f"{scheme}{is_there}***@{rest}" if is_there else f"***@{rest}" if at else url
