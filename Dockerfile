# syntax=docker/dockerfile:1
# The server as one image: no compiler, no build step, no root, and nothing is written outside /tmp and /var/lib/sallyport.
# `docker build -t sallyport .`

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --no-audit

FROM node:24-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends tini \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o node -g node -m 0700 /var/lib/sallyport
WORKDIR /app
# Everything belongs to root and is only readable to the server.
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY migrations ./migrations
COPY views ./views
COPY src ./src

# The embedded database lives in DATA_DIR when there is no DATABASE_URL: mount a volume there to keep it.
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATA_DIR=/var/lib/sallyport \
    NODE_COMPILE_CACHE=/tmp/node-compile-cache
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.PORT+'/health/ready',{signal:AbortSignal.timeout(2500)}).then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]

# tini reaps what the password process leaves behind and hands SIGTERM on; the server then has ten seconds to drain.
ENTRYPOINT ["tini", "--"]
CMD ["node", "src/main.ts"]
