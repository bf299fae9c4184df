#!/usr/bin/env bash
# Opens a shell in a pod of a service, follows its log, or shows why its pods do not run.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: scripts/debug.sh SERVICE [OPTIONS] [-- COMMAND...]      SERVICE: preprocess, infer or postprocess

Opens a shell (or runs COMMAND) in the first running pod of the service. Or instead:
  --logs              follow the log of all its pods
  --events            show its pods, their nodes and their events
  --image IMAGE       open a shell in a debug container of IMAGE, with tools that the service's image lacks

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
      (($#)) || fail "Expected a command after --."
      command=("$@")
      break
      ;;
    --help | -h)
      usage
      exit
      ;;
    *)
      usage >&2
      fail "'$1' is not a service or an option."
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
    fail "Name a service."
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
    --output 'jsonpath={.items[*].metadata.name}') || fail "Could not list the pods of $service."
  pod=${pod%% *}
  [[ -n $pod ]] || fail "No pod of $service is running in $namespace. To find out why: scripts/debug.sh $service --events"
fi
terminal=()
if [[ -t 0 && -t 1 ]]; then terminal=(--tty); fi
if [[ $action == beside ]]; then
  # the namespace admits restricted containers only
  exec "${in_cluster[@]}" debug "$pod" --image "$image" --target "$service" --profile restricted --stdin \
    "${terminal[@]}" -- "${command[@]}"
fi
exec "${in_cluster[@]}" exec "$pod" --container "$service" --stdin "${terminal[@]}" -- "${command[@]}"
