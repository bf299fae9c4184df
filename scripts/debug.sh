#!/usr/bin/env bash
# A shell in a pod of a service, its log, or why its pods do not run.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: scripts/debug.sh SERVICE [OPTIONS] [-- COMMAND...]      SERVICE: preprocess, infer or postprocess

A shell (or COMMAND) in the first running pod of the service. Instead of it:
  --logs              follow the log of all its pods
  --events            its pods, where they are, and what has happened to them
  --image IMAGE       a shell in a container of IMAGE beside it, with tools that the service's image lacks

  --pod NAME          this pod
  --namespace NAME    default boxreel
  --context NAME      of the kubeconfig (default: the current one)
TEXT
}

fail() {
  echo "debug.sh: $*" >&2
  exit 1
}

service=''
action=shell
image=''
pod=''
namespace=boxreel
context=()
command=(sh -c 'command -v bash >/dev/null && exec bash; exec sh')

while (($#)); do
  case $1 in
    preprocess | infer | postprocess) service=$1 ;;
    --logs) action=logs ;;
    --events) action=events ;;
    --image | --pod | --namespace | --context)
      [[ -n ${2:-} ]] || fail "$1 needs a value."
      case $1 in
        --image)
          action=beside
          image=$2
          ;;
        --pod) pod=$2 ;;
        --namespace) namespace=$2 ;;
        --context) context=(--context "$2") ;;
      esac
      shift
      ;;
    --)
      shift
      (($#)) || fail "After -- a command is expected."
      command=("$@")
      break
      ;;
    --help | -h)
      usage
      exit
      ;;
    *)
      usage >&2
      fail "'$1' is neither a service nor an option."
      ;;
  esac
  shift
done
case $service in
  preprocess) app=hs-pre ;;
  infer) app=hs-infer ;;
  postprocess) app=hs-post ;;
  *)
    usage >&2
    fail "Which service?"
    ;;
esac
command -v kubectl >/dev/null || fail "kubectl is missing. See https://kubernetes.io/docs/tasks/tools/."
in_cluster=(kubectl "${context[@]}" --namespace "$namespace")

case $action in
  logs)
    exec "${in_cluster[@]}" logs --selector "app=$app" --container "$service" --prefix --follow --tail 100 \
      --max-log-requests 50
    ;;
  events)
    "${in_cluster[@]}" get pods --selector "app=$app" --output wide
    exec "${in_cluster[@]}" describe pods --selector "app=$app"
    ;;
esac

if [[ -z $pod ]]; then
  pod=$("${in_cluster[@]}" get pods --selector "app=$app" --field-selector status.phase=Running \
    --output 'jsonpath={.items[*].metadata.name}') || fail "The cluster cannot be asked for the pods of $service."
  pod=${pod%% *}
  [[ -n $pod ]] || fail "No pod of $service runs in $namespace. Why: scripts/debug.sh $service --events"
fi
terminal=()
if [[ -t 0 && -t 1 ]]; then terminal=(--tty); fi
if [[ $action == beside ]]; then
  # the namespace takes no other containers than restricted ones
  exec "${in_cluster[@]}" debug "$pod" --image "$image" --target "$service" --profile restricted --stdin \
    "${terminal[@]}" -- "${command[@]}"
fi
exec "${in_cluster[@]}" exec "$pod" --container "$service" --stdin "${terminal[@]}" -- "${command[@]}"
