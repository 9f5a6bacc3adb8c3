"""Starts ministack without the two waits that make up most of a local call, and with verifiable web identities.

Stock, a warm call takes about 52 ms; so, about 3 ms.
"""

import socketserver

import web_identity  # noqa: F401  (takes effect by being there)
from ministack.app import main
from ministack.core import lambda_runtime

# Its Runtime API answers in small writes: with Nagle's algorithm each waits for the function's delayed
# acknowledgement, 40 ms.
socketserver.StreamRequestHandler.disable_nagle_algorithm = True

# It waits 50 ms for log lines after every invocation. 2 ms are enough on one machine; a line that comes
# later is not lost, it lands in the stream of the next invocation. In order: the wait for a first line, the
# quiet that ends the wait, the most altogether, in seconds.
lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.002, 0.001, 0.25)

main()
