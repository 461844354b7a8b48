#!/bin/sh
# npm 9.2 (Debian 12, 13 and testing): a lock file of newer npms is said not to exist when package.json overrides
# a package by one that is a folder of the project.
#
# An override "$name" stands for the direct dependency of that name. npm 11 takes one that is "file:folder", writes
# the lock and installs from it. npm 9.2 compares the folder's address as if it were a version ("Invalid
# comparator"), and npm ci then asks for a package-lock.json beside the one that is there. Needs node and npm.
set -eu

OLD=9.2.0
NEW=11.4.2
EXPECTED='can only install with an existing package-lock.json'

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm install --silent --no-audit --no-fund --prefix old "npm@$OLD" > log 2>&1 || { cat log; exit 1; }
npm install --silent --no-audit --no-fund --prefix new "npm@$NEW" > log 2>&1 || { cat log; exit 1; }
old=$folder/old/node_modules/.bin/npm
new=$folder/new/node_modules/.bin/npm
echo "npm $("$old" --version) and $("$new" --version), node $(node --version)"

mkdir -p app/local
cat > app/local/package.json <<'JSON'
{ "name": "is-number", "version": "7.0.0", "main": "index.js" }
JSON
echo 'module.exports = () => true;' > app/local/index.js
cat > app/package.json <<'JSON'
{
  "name": "app", "version": "1.0.0", "private": true,
  "dependencies": { "to-regex-range": "5.0.1", "is-number": "file:local" },
  "overrides": { "is-number": "$is-number" }
}
JSON
cd app
"$new" install --silent --no-audit --no-fund
test -s package-lock.json
"$new" ci --silent --no-audit --no-fund
echo "npm $NEW: writes package-lock.json, and installs from it"

if "$old" ci --no-audit --no-fund > ../ci 2>&1; then
	echo "npm $OLD installs from it too: this has changed"
	exit 1
fi
grep -m 1 "$EXPECTED" ../ci
"$old" install --no-audit --no-fund > ../install 2>&1 || true
grep -m 1 'Invalid comparator' ../install

sed -i 's/"overrides": .*/"license": "MIT"/' package.json
"$new" install --silent --no-audit --no-fund
"$old" ci --silent --no-audit --no-fund
echo "npm $OLD: without the override, installs"
