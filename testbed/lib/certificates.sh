# The test certificate authority and the certificates of the nodes.
# shellcheck shell=bash

make_authority() {
    mkdir -p "$CA_DIR/issued"
    : >"$CA_DIR/index.txt"
    cat >"$CA_DIR/openssl.cnf" <<CNF
[ca]
default_ca = testbed
[testbed]
database = $CA_DIR/index.txt
new_certs_dir = $CA_DIR/issued
certificate = $CA_DIR/ca.pem
private_key = $CA_DIR/ca.key
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
CNF
    make_key "$CA_DIR/ca.key"
    openssl req -config "$CA_DIR/openssl.cnf" -new -x509 -extensions authority -days 3650 \
        -subj "/CN=Postwatch testbed CA" -key "$CA_DIR/ca.key" -out "$CA_DIR/ca.pem"
}

make_key() {
    (umask 077 && openssl ecparam -name prime256v1 -genkey -noout -out "$1")
}

# moment OFFSET: a point in time as openssl writes it, for example `moment "-1 day"`.
moment() { date -u -d "$1" +%Y%m%d%H%M%SZ; }

# sign_certificate FROM UNTIL FILE: a certificate for the current node's key, with its host name, its service name and its
# address.
sign_certificate() {
    local request=$NODE_DIR/tls/request.pem extensions=$NODE_DIR/tls/extensions.cnf
    cat >"$extensions" <<CNF
basicConstraints = critical, CA:false
extendedKeyUsage = serverAuth
subjectAltName = DNS:$FQDN, DNS:*.${FQDN#*.}, DNS:imap.${FQDN#*.}, DNS:smtp.${FQDN#*.}, DNS:$NODE, IP:$ADDRESS
CNF
    openssl req -config "$CA_DIR/openssl.cnf" -new -key "$NODE_DIR/tls/key.pem" -subj "/CN=$FQDN" -out "$request"
    # The authority's database does not stand two writers.
    (
        flock 8
        openssl ca -config "$CA_DIR/openssl.cnf" -batch -notext -extfile "$extensions" -startdate "$1" -enddate "$2" \
            -in "$request" -out "$3" 2>"$NODE_DIR/tls/openssl.log" || fail "$(<"$NODE_DIR/tls/openssl.log")"
    ) 8>"$CA_DIR/lock"
}

make_certificate() {
    mkdir -p "$NODE_DIR/tls"
    make_key "$NODE_DIR/tls/key.pem"
    sign_certificate "$(moment '-1 hour')" "$(moment '+90 days')" "$NODE_DIR/tls/certificate.pem"
}
