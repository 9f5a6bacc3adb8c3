"""What schemathesis does not send."""

from urllib.parse import unquote

import schemathesis


@schemathesis.hook
def filter_path_parameters(context, path_parameters):
    # The local gateway leads no path with a line feed to a function: it answers 404 in its own words.
    return not any("\n" in unquote(str(value)) for value in (path_parameters or {}).values())
