# apt.sh: packages of Debian's or Ubuntu's archive, unpacked into a folder and not installed. To be read by other scripts of this folder.

# apt_archive <apt folder> <code name of the system>: the archive that this machine's apt uses for its own release, "URI
# keyring-or-nothing", from *.sources, then from *.list; nothing where none is named.
apt_archive() {
    { cat "$1"/sources.list.d/*.sources 2>/dev/null | awk -v suite="$2" '
        function flush() { if (deb && uri != "" && fits) { print uri, key; exit } deb = 0; uri = ""; fits = 0; key = "" }
        /^[ \t]*$/ { flush() }
        /^Types:/ { for (i = 2; i <= NF; i++) if ($i == "deb") deb = 1 }
        /^URIs:/ { uri = $2 }
        /^Suites:/ { for (i = 2; i <= NF; i++) if ($i == suite) fits = 1 }
        /^Signed-By:/ { if ($2 ~ /^\//) key = $2 }
        END { flush() }'
    cat "$1"/sources.list "$1"/sources.list.d/*.list 2>/dev/null | awk -v suite="$2" '
        $1 == "deb" {
            key = ""; options = ""
            if (match($0, /\[[^]]*\]/)) { options = substr($0, RSTART + 1, RLENGTH - 2); sub(/\[[^]]*\] */, "") }
            if (match(options, /signed-by=[^ ]*/)) key = substr(options, RSTART + 10, RLENGTH - 10)
            if ($3 == suite) { print $2, key; exit }
        }'; } | head -n 1
}

# apt_unpack <work folder> <URI> <keyring or nothing> <suite> <components> <architecture> <package> ...: downloads packages, checked with
# the keyring, and unpacks them into <work folder>/unpacked. Lists and caches lie in the work folder too.
apt_unpack() {
    apt_work=$1 apt_uri=$2 apt_keyring=$3 apt_suite=$4 apt_components=$5 apt_architecture=$6
    shift 6
    mkdir -p "$apt_work/apt/lists/partial" "$apt_work/apt/cache/archives/partial" "$apt_work/debs" "$apt_work/unpacked" || return 1
    : > "$apt_work/apt/status"
    apt_options="arch=$apt_architecture${apt_keyring:+ signed-by=$apt_keyring}"
    echo "deb [$apt_options] $apt_uri $apt_suite $apt_components" > "$apt_work/apt/sources.list"
    cat > "$apt_work/apt/apt.conf" <<END
APT::Architecture "$apt_architecture";
APT::Architectures "$apt_architecture";
Dir::Etc::sourcelist "$apt_work/apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::State "$apt_work/apt";
Dir::State::lists "$apt_work/apt/lists";
Dir::State::status "$apt_work/apt/status";
Dir::Cache "$apt_work/apt/cache";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::http::Timeout "20";
END
    APT_CONFIG=$apt_work/apt/apt.conf
    export APT_CONFIG
    apt-get -q update --error-on=any &&
        (cd "$apt_work/debs" && apt-get -q download "$@") &&
        for deb in "$apt_work"/debs/*.deb; do dpkg -x "$deb" "$apt_work/unpacked" || return 1; done
}
