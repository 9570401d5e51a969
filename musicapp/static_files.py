"""Static files under names that carry their content's hash, so that browsers may keep them for ever."""

from servestatic.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    # Without it only the first module would have a hashed name, and those that it imports would be kept when stale.
    support_js_module_import_aggregation = True
