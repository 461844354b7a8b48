#!/bin/sh
# OpenSSH 9.2's client at LogLevel ERROR: when the server ends the connection in the middle of the exchange of
# keys, it exits with 255 and says nothing at all, though it has failed for good. At LogLevel INFO it says so.
#
# The client and all that it is linked with come from Debian 12's archive, at a pinned version, into a temporary
# folder. The server is ten lines that say hello, read, and hang up. Needs apt-get, dpkg-deb and python3.
set -eu

VERSION='1:9.2p1-2+deb12u10'

folder=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
mkdir debs root
names=$(apt-get -o Dir::State::status=/dev/null --simulate --no-install-recommends install \
	"openssh-client=$VERSION" | sed -n 's/^Inst \([^ ]*\) (\([^ ]*\) .*/\1=\2/p')
(cd debs && apt-get -qq -o APT::Sandbox::User=root download $names)
for deb in debs/*.deb; do dpkg-deb --extract "$deb" root; done
libraries=root/lib/x86_64-linux-gnu:root/usr/lib/x86_64-linux-gnu
ssh() { root/lib64/ld-linux-x86-64.so.2 --library-path "$libraries" root/usr/bin/ssh "$@"; }
ssh -V 2>&1

cat > server.py <<'PY'
import socket
listener = socket.create_server(("127.0.0.1", 0))
with open("port", "w") as file:
    print(listener.getsockname()[1], file=file)
while True:
    client = listener.accept()[0]
    client.sendall(b"SSH-2.0-busy\r\n")
    heard = 0
    while heard < 500: # its hello, and what it proposes for the keys
        heard += len(client.recv(65536))
    client.close()
PY
python3 server.py &
server=$!
until [ -s port ]; do sleep 0.1; done

try() {
	ended=0
	ssh -F none -p "$(cat port)" -o BatchMode=yes -o LogLevel="$1" nobody@127.0.0.1 true 2> "$1" || ended=$?
	echo "LogLevel $1: exit code $ended, standard error: $(tr -d '\r' < "$1" | sed "s/port [0-9]*/port N/")"
	[ "$ended" = 255 ]
}
try INFO
try ERROR
grep -q '^Connection closed by 127.0.0.1 port' INFO
[ ! -s ERROR ]
