# syntax=docker/dockerfile:1

# ---- build: compiler and types, none of which reaches the last stage
FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No package that pegwatch needs has to run a script to be installed; so none may.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

# ---- dependencies that are needed at run time, from the same lock file
FROM node:20-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

# ---- what runs
FROM node:20-slim
ENV NODE_ENV=production \
    PEGWATCH_STORE=/data
WORKDIR /app
# Made before VOLUME and given to the user, so that a new named volume belongs to it too.
RUN mkdir /data && chown node:node /data
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
COPY chains ./chains
COPY config ./config
USER node
VOLUME /data
EXPOSE 9464
# Whether the process lives, not whether it is ready: a chain that is catching up is no reason for a restart.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PEGWATCH_HTTP_PORT || 9464}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "dist/main.js"]
CMD ["run"]
