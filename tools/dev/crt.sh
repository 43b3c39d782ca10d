# The AWS Common Runtime, built once from the pinned archive into the cache (docs/adr/0002).

# In the order in which they need each other.
readonly CRT_LIBRARIES=(
  aws-c-common aws-checksums aws-c-cal s2n aws-c-io aws-c-compression aws-c-http aws-c-sdkutils
  aws-c-auth
)

crt_of_the_system() {
  compgen -G '/usr/lib/*/cmake/aws-c-auth/aws-c-auth-config.cmake' >/dev/null ||
    compgen -G '/usr/lib/*/aws-c-auth/cmake/aws-c-auth-config.cmake' >/dev/null
}

crt_key() {
  {
    cat tools/dev/crt.sh tools/deps/awscrt.txt tools/deps/bootstrap.txt
    clang-19 --version
    dpkg-query -W libssl-dev
  } | short_hash
}

# Sets SSM_BACKUP_CRT_PREFIX, which CMakePresets.json hands to find_package. Given a sanitizer, the
# CRT is built with it: ThreadSanitizer sees no order in atomic operations that it did not compile.
need_crt() {
  local sanitizer=${1:-}
  [[ -z $sanitizer && -n ${SSM_BACKUP_CRT_PREFIX:-} ]] && return
  export SSM_BACKUP_CRT_PREFIX=
  [[ -z $sanitizer ]] && crt_of_the_system && return
  local cache prefix
  cache=$(cache_dir)
  prefix=$cache/crt-$(crt_key)${sanitizer:+-$sanitizer}
  if [[ ! -d $prefix ]]; then
    mkdir -p "$cache"
    (
      flock 9
      [[ -d $prefix ]] || crt_build "$cache" "$prefix" "$sanitizer"
    ) 9>"$cache/crt.lock"
  fi
  SSM_BACKUP_CRT_PREFIX=$prefix
}

crt_build() {
  local work prefix=$2 sanitizer=$3 library
  work=$(mktemp -d "$1/crt-build.XXXXXX")
  # shellcheck disable=SC2064  # the name is local: expand it now
  trap "rm -rf '$work'" EXIT
  say "building the AWS CRT (once; about two minutes)"
  fresh_venv "$work/venv" tools/deps/bootstrap.txt
  "$work/venv/bin/pip" download --quiet --disable-pip-version-check --no-binary :all: --no-deps \
    --require-hashes --no-build-isolation -r tools/deps/awscrt.txt -d "$work" ||
    die "pip could not download the archive that tools/deps/awscrt.txt names"
  mkdir "$work/source"
  tar -xzf "$work"/awscrt-*.tar.gz -C "$work/source" --strip-components=1
  for library in "${CRT_LIBRARIES[@]}"; do
    crt_build_one "$work" "$library" "$sanitizer" >"$work/log" 2>&1 || {
      tail -n 30 "$work/log" >&2
      die "the AWS CRT did not build: $library"
    }
  done
  mv "$work/install" "$prefix"
}

crt_build_one() {
  local work=$1 library=$2 flags="-ffile-prefix-map=$1/source/crt=crt"
  [[ -n $3 ]] && flags+=" -fsanitize=$3"
  cmake -G Ninja -S "$work/source/crt/$library" -B "$work/build/$library" \
    -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DUSE_OPENSSL=ON -DBUILD_TESTING=OFF \
    -DBUILD_SHARED_LIBS=OFF -DCMAKE_INSTALL_LIBDIR=lib \
    "-DCMAKE_C_FLAGS=$flags" \
    -DCMAKE_PREFIX_PATH="$work/install" -DCMAKE_INSTALL_PREFIX="$work/install" || return
  cmake --build "$work/build/$library" --target install
}
