#!/bin/sh
# A master key in a PKCS#11 device: wraps with the public half of an RSA key pair, unwraps with the private half, which never
# leaves the device. Needs OpenSC's pkcs11-tool and openssl. Settings, from the environment:
#   PKCS11_MODULE  the device's library, e.g. /usr/lib/softhsm/libsofthsm2.so
#   PKCS11_TOKEN   label of its token
#   PKCS11_LABEL   label of the key pair
#   PKCS11_PIN     its PIN (pkcs11-tool reads it from the environment by name, so it stands in no list of processes)
set -eu
umask 077
device() { pkcs11-tool --module "$PKCS11_MODULE" --token-label "$PKCS11_TOKEN" "$@"; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
case "${1:-}" in
id) echo "pkcs11 $PKCS11_TOKEN $PKCS11_LABEL" ;;
wrap)
  device --read-object --type pubkey --label "$PKCS11_LABEL" --output-file "$folder/public" >/dev/null 2>&1
  openssl base64 -d -A >"$folder/key"
  openssl pkeyutl -encrypt -pubin -keyform DER -inkey "$folder/public" -in "$folder/key" -out "$folder/wrapped" \
    -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha1 -pkeyopt rsa_mgf1_md:sha1
  openssl base64 -A -in "$folder/wrapped"
  echo
  ;;
unwrap)
  openssl base64 -d -A >"$folder/wrapped"
  device --login --pin env:PKCS11_PIN --decrypt --label "$PKCS11_LABEL" --mechanism RSA-PKCS-OAEP \
    --hash-algorithm SHA-1 --input-file "$folder/wrapped" --output-file "$folder/key" >/dev/null
  openssl base64 -A -in "$folder/key"
  echo
  ;;
*) echo "say id, wrap or unwrap" >&2 && exit 2 ;;
esac
