#!/bin/sh
# What compose.yaml mounts: the agent's packages, and secrets that were never used before.
set -eu
cd "$(dirname "$0")"

[ -d agent/node_modules/spangate ] || npm install --prefix agent spangate @opentelemetry/api

umask 077
mkdir -p secrets && cd secrets
names=DNS:coordinator,DNS:localhost,IP:127.0.0.1
new="openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30"
signed="-addext basicConstraints=critical,CA:FALSE -CA ca.pem -CAkey ca-key.pem"
$new -subj /CN=tests -keyout ca-key.pem -out ca.pem
$new $signed -subj /CN=coordinator -addext subjectAltName=$names -keyout server-key.pem -out server.pem

openssl rand -hex 24 >token
../agent/node_modules/.bin/spangate token --token-file token >agent-token
