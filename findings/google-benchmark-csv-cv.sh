#!/bin/sh
# Google Benchmark 1.7.1: in its CSV, the coefficient of variation of repetitions is divided by their number and
# multiplied into the unit of time. The console and the JSON of the same library have it right.
#
# The library comes from Debian 12's archive, at a pinned version, into a temporary folder. The benchmark says
# itself how long its three repetitions took: 10, 12 and 14 ms, whose standard deviation is 2 ms, a sixth of the
# mean. Needs apt-get, dpkg-deb and g++.
set -eu

VERSION='1.7.1-1'

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -qq -o APT::Sandbox::User=root download "libbenchmark-dev=$VERSION" "libbenchmark1debian=$VERSION"
for deb in *.deb; do dpkg-deb --extract "$deb" root; done
libraries=root/usr/lib/x86_64-linux-gnu

cat > timed.cc <<'CC'
#include <benchmark/benchmark.h>

static void timed(benchmark::State &state)
{
	static const double seconds[] = {0.010, 0.012, 0.014};
	static int repetition;

	for (auto _ : state)
		state.SetIterationTime(seconds[repetition]);
	repetition++;
}

BENCHMARK(timed)->UseManualTime()->Iterations(1)->Repetitions(3)->Unit(benchmark::kMillisecond);
BENCHMARK_MAIN();
CC
g++ -O1 -I root/usr/include -o timed timed.cc -L "$libraries" -lbenchmark -lpthread

run() { LD_LIBRARY_PATH=$libraries ./timed "$@" 2>/dev/null; }
run --benchmark_out=timed.csv --benchmark_out_format=csv > console
run --benchmark_format=json > timed.json

echo "libbenchmark-dev $VERSION"
console=$(sed -n 's/^[^ ]*_cv  *\([0-9.]* %\).*/\1/p' console)
json=$(grep -A 12 '"aggregate_name": "cv"' timed.json | sed -n 's/.*"real_time": \([^,]*\),.*/\1/p')
csv=$(sed -n 's/^"[^"]*_cv",//p' timed.csv | cut -d , -f 1,2,4)
echo "the console says:              $console"
echo "the JSON says:                 $json"
echo "the CSV says (number of repetitions, real_time, time_unit): $csv"

[ "$console" = '16.67 %' ]
case $json in 1.66666*e-01) ;; *) exit 1 ;; esac
# A sixth, times 1,000 for milliseconds, divided by the three repetitions.
[ "$csv" = 3,55.5556,ms ]
