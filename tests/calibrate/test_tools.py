"""What other tools say, read."""

import pytest

from bench.calibrate.tools import ToolReading, parse_wrk
from bench.errors import LoadError

SAID = """Running 1s test @ http://127.0.0.1:8000/plaintext
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   530.21us  112.40us   4.10ms   91.32%
    Req/Sec    57.01k     2.11k   60.55k    80.00%
  Latency Distribution
     50%  {p50}
     75%  570.00us
     90%  640.00us
     99%  {p99}
  50000 requests in 1.00s, 6.91MB read
Requests/sec:  {rps}
Transfer/sec:      6.90MB
"""


@pytest.mark.parametrize(
    ("p50", "p99", "seconds"), [("512.00us", "1.25ms", (512e-6, 1.25e-3)), ("2.5ms", "1.02s", (2.5e-3, 1.02))]
)
def test_wrk_is_read_in_whatever_units_it_chose(p50: str, p99: str, seconds: tuple[float, float]) -> None:
    read = parse_wrk(SAID.format(p50=p50, p99=p99, rps="49950.12"), cpu_s=0.5)
    assert read == ToolReading(49950.12, pytest.approx(seconds[0]), pytest.approx(seconds[1]), pytest.approx(10.0))


@pytest.mark.parametrize(
    "said", ["", "unable to connect to 127.0.0.1:8000 Connection refused\n", SAID.partition("50%")[0]]
)
def test_a_wrk_that_says_something_else_is_an_error(said: str) -> None:
    with pytest.raises(LoadError, match="wrk said something unexpected"):
        parse_wrk(said, cpu_s=0.5)
