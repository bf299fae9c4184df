#!/usr/bin/env bash
# Builds, tags and pushes the images of services, applies the manifests and waits for the rollout.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: scripts/restart.sh SERVICE... [OPTIONS]      SERVICE: preprocess, infer, postprocess or all

  --overlay DIR       overlay to apply (default k8s/overlays/single-node)
  --registry PREFIX   where to push images, such as registry.example.org/team (default: no push)
  --tag TAG           tag of the images (default: version and commit, with the time if files were changed since)
  --namespace NAME    default boxreel
  --context NAME      of the kubeconfig (default: the current one)
  --builder COMMAND   docker, podman or buildah (default: the first of them that is installed)
  --no-build          the images exist already: only apply and wait
  --timeout SECONDS   time limit for the rollout (default 600)
  --dry-run           print the commands instead of running them

The whole overlay is applied; services not named keep their current images.
TEXT
}

fail() {
  echo "restart.sh: $*" >&2
  exit 1
}

# Prints the command; runs it unless this is a dry run.
run() {
  printf '+' >&2
  printf ' %q' "$@" >&2
  printf '\n' >&2
  if [[ $dry_run == no ]]; then "$@"; fi
}

need() {
  command -v "$1" >/dev/null || fail "$1 is missing. $2"
}

# The short name of a service in Kubernetes, as in hs-pre-deploy and app=hs-pre.
short_name() {
  case $1 in
    preprocess) echo hs-pre ;;
    infer) echo hs-infer ;;
    postprocess) echo hs-post ;;
  esac
}

cd "$(dirname "$0")/.."

services=()
overlay=k8s/overlays/single-node
registry=''
tag=''
namespace=boxreel
context=()
builder=''
build=yes
timeout=600
dry_run=no
everything=no

while (($#)); do
  case $1 in
    preprocess | infer | postprocess) services+=("$1") ;;
    all) everything=yes ;;
    --overlay | --registry | --tag | --namespace | --context | --builder | --timeout)
      [[ -n ${2:-} ]] || fail "$1 needs a value."
      case $1 in
        --overlay) overlay=${2%/} ;;
        --registry) registry=${2%/} ;;
        --tag) tag=$2 ;;
        --namespace) namespace=$2 ;;
        --context) context=(--context "$2") ;;
        --builder) builder=$2 ;;
        --timeout) timeout=$2 ;;
      esac
      shift
      ;;
    --no-build) build=no ;;
    --dry-run) dry_run=yes ;;
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
if [[ $everything == yes ]]; then services=(preprocess infer postprocess); fi
((${#services[@]})) || {
  usage >&2
  fail "Name a service."
}

need kubectl "See https://kubernetes.io/docs/tasks/tools/."
[[ $overlay != /* ]] || fail "--overlay is '$overlay': expected a folder of this repository, such as k8s/overlays/nfs."
[[ -f $overlay/kustomization.yaml ]] || fail "$overlay is not an overlay: it has no kustomization.yaml."
[[ $timeout =~ ^[0-9]+$ ]] || fail "--timeout is '$timeout': expected seconds, a whole number."
[[ $builder =~ ^(|docker|podman|buildah)$ ]] || fail "--builder is '$builder': expected docker, podman or buildah."
rendered=$(kubectl kustomize "$overlay") || fail "$overlay cannot be built."

version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)
commit=$(git rev-parse --short HEAD 2>/dev/null || true)
if [[ -z $tag ]]; then
  tag=$version${commit:+-$commit}
  if [[ -n $(git status --porcelain 2>/dev/null) ]]; then tag=$tag-$(date -u +%Y%m%dT%H%M%S); fi
fi
[[ $tag =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || fail "--tag is '$tag': expected letters, digits, '_', '.' and '-'."

# The image of a service in the overlay, without tag and digest, is the name that kustomize replaces. It differs from
# boxreel/SERVICE if the overlay names a registry.
overlay_image() {
  local image
  image=$(awk -v deployment="$(short_name "$1")-deploy" -v container="$1" '
    /^---/ { kind = ""; name = ""; image = "" }
    /^kind: / { kind = $2 }
    /^  name: / { name = $2 }
    /^      [- ] image: / { image = $NF }
    /^      [- ] name: / { if (kind == "Deployment" && name == deployment && $NF == container) print image }
  ' <<<"$rendered")
  image=${image%@*}
  if [[ ${image##*/} == *:* ]]; then image=${image%:*}; fi
  echo "$image"
}

declare -A overlay_images=()
for service in preprocess infer postprocess; do
  overlay_images[$service]=$(overlay_image "$service")
  [[ -n ${overlay_images[$service]} ]] || fail "$overlay lacks the Deployment of $service: $(short_name "$service")-deploy."
done

# A GPU overlay runs infer from its own image.
image_of() {
  if [[ $1 == infer && ${overlay_images[infer]} == *infer-cuda ]]; then
    echo infer-cuda
  else
    echo "$1"
  fi
}

if [[ $build == yes ]]; then
  for tool in docker podman buildah; do
    if [[ -z $builder ]] && command -v "$tool" >/dev/null; then builder=$tool; fi
  done
  [[ -n $builder ]] || fail "Install docker, podman or buildah to build, or use existing images with --no-build."
  need "$builder" "Choose another --builder."
  for service in "${services[@]}"; do
    image=$(image_of "$service")
    name=${registry:+$registry/}boxreel/$image:$tag
    run "$builder" build --target "$image" --tag "$name" \
      --build-arg "VERSION=$version" --build-arg "REVISION=$commit" .
    if [[ -n $registry ]]; then run "$builder" push "$name"; fi
  done
  if [[ -z $registry ]]; then
    echo "No --registry: load the images onto the nodes yourself (for example with kind load docker-image)." >&2
  fi
fi

in_cluster=(kubectl "${context[@]}" --namespace "$namespace")
ask() {
  "${in_cluster[@]}" get deployment "$1" --ignore-not-found --output "jsonpath={$2}"
}
generation() {
  ask "$1" .metadata.generation
}

# What is running now. A dry run does not contact the cluster.
declare -A images=() generations=()
deployed=no
if [[ $dry_run == no ]]; then
  for service in preprocess infer postprocess; do
    deployment=$(short_name "$service")-deploy
    images[$service]=$(ask "$deployment" '.spec.template.spec.containers[0].image') ||
      fail "Could not read the Deployments. Nothing was applied."
    if [[ -n ${images[$service]} ]]; then deployed=yes; fi
    generations[$deployment]=$(generation "$deployment")
  done
fi
for service in "${services[@]}"; do
  images[$service]=${registry:+$registry/}boxreel/$(image_of "$service"):$tag
done

# An overlay on top of the overlay sets these images; kustomize requires it inside the repository.
release=$(mktemp -d k8s/.release-XXXXXX)
trap 'rm -rf "$release"' EXIT
{
  echo 'apiVersion: kustomize.config.k8s.io/v1beta1'
  echo 'kind: Kustomization'
  echo "namespace: $namespace"
  echo "resources: ['../../$overlay']"
  echo 'images:'
  for service in preprocess infer postprocess; do
    image=${images[$service]:-}
    name=${overlay_images[$service]}
    case $image in
      '') ;; # not deployed yet: keep the overlay's image
      *@*) echo "  - { name: $name, newName: '${image%@*}', digest: '${image#*@}' }" ;;
      *) echo "  - { name: $name, newName: '${image%:*}', newTag: '${image##*:}' }" ;;
    esac
  done
} >"$release/kustomization.yaml"
if [[ $dry_run == yes ]]; then sed 's/^/  /' "$release/kustomization.yaml" >&2; fi

# The overlay of another cluster would fail only at the claim, after changing the database and everything else.
if [[ $deployed == yes ]]; then
  run kubectl "${context[@]}" apply --dry-run=server --kustomize "$release" >/dev/null ||
    fail "The cluster rejects $overlay. Nothing was applied. Is this the overlay that is deployed there?"
fi
run kubectl "${context[@]}" apply --kustomize "$release"
for service in "${services[@]}"; do
  deployment=$(short_name "$service")-deploy
  # If nothing has changed, not even the tag, only a restart makes the pods use the new image.
  if [[ -n ${generations[$deployment]:-} && ${generations[$deployment]} == "$(generation "$deployment")" ]]; then
    run "${in_cluster[@]}" rollout restart "deployment/$deployment"
  fi
done
for service in "${services[@]}"; do
  deployment=$(short_name "$service")-deploy
  run "${in_cluster[@]}" rollout status "deployment/$deployment" --timeout "${timeout}s" ||
    fail "$deployment is not ready after $timeout s. To find out why: scripts/debug.sh $service --events; to go back to the last version: kubectl -n $namespace rollout undo deployment/$deployment"
done
