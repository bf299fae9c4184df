# The images of the services, one target each: preprocess, infer, infer-cuda, postprocess.
#
#   docker build --target preprocess -t boxreel/preprocess .
#
# They run as uid 1000 with a read-only root. /mnt (the shared volume), /tmp and, for models other than the default,
# MODEL_CACHE must be writable. See docs/deploy.md. `npm run test:images` builds and runs them.

ARG BASE=node:24-bookworm-slim
# The CUDA and cuDNN major versions that ONNX Runtime's provider links; infer-cuda does not build with others.
ARG CUDA_BASE=nvidia/cuda:13.0.2-cudnn-runtime-ubuntu24.04

# ---- Build tools and the npm packages of all services -----------------------------------------------------------------

FROM ${BASE} AS dependencies
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        python3 make g++ pkg-config libcairo2-dev libpango1.0-dev libjpeg-dev libgif-dev librsvg2-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
COPY services/preprocess/package.json services/preprocess/
COPY services/infer/package.json services/infer/
COPY services/postprocess/package.json services/postprocess/
# For your own registry, a proxy, a login: docker build --secret id=npmrc,src=$HOME/.npmrc
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci --ignore-scripts --no-progress --include-workspace-root \
    --workspace @boxreel/preprocess --workspace @boxreel/infer --workspace @boxreel/postprocess

# ---- The compiled services ------------------------------------------------------------------------------------------

FROM dependencies AS build
COPY tsconfig.json tsconfig.build.json ./
COPY packages/tfjs-to-onnx packages/tfjs-to-onnx
COPY libs libs
COPY scripts scripts
COPY services services
RUN node node_modules/typescript/bin/tsc -p tsconfig.build.json

# ---- The npm packages of each service -------------------------------------------------------------------------------

# Only node-canvas needs compiling: against Debian's libraries (which get security fixes) and the headers of this Node,
# so that nothing but npm packages is downloaded.
FROM dependencies AS canvas
RUN npm_config_build_from_source=canvas npm_config_nodedir=/usr/local npm rebuild canvas \
    && rm -r node_modules/canvas/build/Release/obj.target

# Keep only the one style sheet of Pico that pages use, of 20 MB.
FROM dependencies AS preprocess-packages
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci --omit=dev --ignore-scripts --no-progress --prefer-offline \
        --workspace @boxreel/preprocess \
    && rm -rf node_modules/@boxreel \
    && find node_modules/@picocss/pico -type f -not -name pico.min.css -not -name package.json -not -name LICENSE.md -delete

# Keep only ONNX Runtime's binaries for this platform.
FROM dependencies AS infer-packages
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci --omit=dev --ignore-scripts --no-progress --prefer-offline \
        --workspace @boxreel/infer \
    && rm -rf node_modules/@boxreel \
    && find node_modules/onnxruntime-node/bin -type f -not -path "*/linux/$(node -p process.arch)/*" -delete
COPY --from=canvas /app/node_modules/canvas/build node_modules/canvas/build

FROM dependencies AS postprocess-packages
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci --omit=dev --ignore-scripts --no-progress --prefer-offline \
        --workspace @boxreel/postprocess \
    && rm -rf node_modules/@boxreel
COPY --from=canvas /app/node_modules/canvas/build node_modules/canvas/build

# ---- The default model: downloaded, converted and checked -----------------------------------------------------------

FROM infer-packages AS model
COPY models models
COPY --from=build /app/dist/packages dist/packages
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/scripts/model.js dist/scripts/model.js
COPY --from=build /app/dist/scripts/model dist/scripts/model
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc node dist/scripts/model.js pull ssdlite-mobilenetv2

# ---- The base of all services -----------------------------------------------------------------------------------------

# infer and postprocess need the libraries of node-canvas. preprocess does not, but its ffmpeg depends on most of them.
FROM ${BASE} AS runtime
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        tini libcairo2 libpango-1.0-0 libpangocairo-1.0-0 libjpeg62-turbo libgif7 librsvg2-2 \
        fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o 1000 -g 1000 /mnt /models
WORKDIR /app
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    LOG_FORMAT=json \
    VOLUME_DIR=/mnt \
    # font cache of fontconfig
    XDG_CACHE_HOME=/tmp
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--"]

FROM runtime AS runtime-with-ffmpeg
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg \
    && rm -rf /var/lib/apt/lists/*
COPY LICENSE THIRD_PARTY.md package.json ./

# ---- The services ---------------------------------------------------------------------------------------------------

FROM runtime-with-ffmpeg AS preprocess
COPY --from=preprocess-packages /app/node_modules node_modules
COPY --from=build /app/dist/packages dist/packages
COPY --from=build /app/dist/libs dist/libs
COPY models models
COPY templates templates
COPY --from=build /app/dist/services/preprocess dist/services/preprocess
USER 1000:1000
ENV PORT=5000
EXPOSE 5000
CMD ["node", "--enable-source-maps", "dist/services/preprocess/src/main.js"]
ARG VERSION=unversioned REVISION= SOURCE=
LABEL org.opencontainers.image.title="Boxreel preprocess" \
    org.opencontainers.image.description="Pages, API and timeline; videos to frames" \
    org.opencontainers.image.licenses=MIT \
    org.opencontainers.image.version=${VERSION} \
    org.opencontainers.image.revision=${REVISION} \
    org.opencontainers.image.source=${SOURCE}

FROM runtime-with-ffmpeg AS postprocess
COPY --from=postprocess-packages /app/node_modules node_modules
COPY --from=build /app/dist/packages dist/packages
COPY --from=build /app/dist/libs dist/libs
COPY --from=build /app/dist/services/postprocess dist/services/postprocess
USER 1000:1000
ENV PORT=5002
EXPOSE 5002
CMD ["node", "--enable-source-maps", "dist/services/postprocess/src/main.js"]
ARG VERSION=unversioned REVISION= SOURCE=
LABEL org.opencontainers.image.title="Boxreel postprocess" \
    org.opencontainers.image.description="Frames and detections to annotated videos" \
    org.opencontainers.image.licenses=MIT \
    org.opencontainers.image.version=${VERSION} \
    org.opencontainers.image.revision=${REVISION} \
    org.opencontainers.image.source=${SOURCE}

FROM runtime-with-ffmpeg AS infer
COPY --from=infer-packages /app/node_modules node_modules
COPY models models
COPY --from=model /app/.cache/models .cache/models
COPY --from=build /app/dist/packages dist/packages
COPY --from=build /app/dist/libs dist/libs
# `node dist/scripts/model.js pull NAME --cache /models` downloads another model; npm's own cache must be writable for it.
COPY --from=build /app/dist/scripts/model.js dist/scripts/model.js
COPY --from=build /app/dist/scripts/model dist/scripts/model
COPY --from=build /app/dist/services/infer dist/services/infer
USER 1000:1000
ENV PORT=5001 \
    ORT_DISABLE_TELEMETRY=1 \
    npm_config_cache=/tmp/npm
EXPOSE 5001
CMD ["node", "--enable-source-maps", "dist/services/infer/src/main.js"]
ARG VERSION=unversioned REVISION= SOURCE=
LABEL org.opencontainers.image.title="Boxreel infer" \
    org.opencontainers.image.description="Frames and images to detections" \
    org.opencontainers.image.licenses=MIT \
    org.opencontainers.image.version=${VERSION} \
    org.opencontainers.image.revision=${REVISION} \
    org.opencontainers.image.source=${SOURCE}

# ---- infer on NVIDIA GPUs (x86-64 only) -----------------------------------------------------------------------------

# Downloads the provider from NuGet. The option is called cuda12 for every CUDA version.
FROM infer-packages AS cuda-provider
RUN ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js \
    && rm node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_tensorrt.so

# Copies from NVIDIA's image the libraries that the provider links (all must exist; libcuda.so.1 comes with the driver)
# and those loaded by name at run time: the parts of cuDNN and the run-time compiler.
FROM ${CUDA_BASE} AS cuda
COPY --from=cuda-provider /app/node_modules/onnxruntime-node/bin/napi-v6/linux/x64 /provider
RUN ldd /provider/libonnxruntime_providers_cuda.so > /links \
    && ! grep 'not found' /links | grep -v libcuda.so.1 \
    && ldconfig -p > /known \
    && mkdir /cuda \
    && { awk '{ print $3 }' /links; awk '/lib(cudnn|nvrtc|nvJitLink)/ { print $NF }' /known; } \
        | grep -E '/lib(cu|nv)[^/]*\.so\.[0-9.]+$' | sort -u | xargs cp -L -t /cuda

# The same Debian as the other images, to share their layers; it only needs NVIDIA's libraries in addition.
FROM infer AS infer-cuda
USER root
COPY --from=cuda /cuda /opt/cuda
RUN echo /opt/cuda > /etc/ld.so.conf.d/cuda.conf && ldconfig
COPY --from=cuda-provider /app/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_*.so \
    node_modules/onnxruntime-node/bin/napi-v6/linux/x64/
USER 1000:1000
ENV NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
LABEL org.opencontainers.image.title="Boxreel infer (CUDA)"
