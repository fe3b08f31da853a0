import type { RegistryAddress } from './snippets.ts';

/** The pipelines that Help shows: each builds an image and pushes it under the commit's name. */
export const githubActions = ({ host }: RegistryAddress) => `name: image
on:
  push:
    branches: [main]
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: docker/login-action@v3
        with:
          registry: ${host}
          username: \${{ secrets.ORLOP_USER }}
          password: \${{ secrets.ORLOP_TOKEN }}
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: ${host}/WORKSPACE/IMAGE:\${{ github.sha }}`;

export const gitlabCi = ({ host }: RegistryAddress) => `image:
  image: docker:27
  services:
    - docker:27-dind
  script:
    - echo "$ORLOP_TOKEN" | docker login ${host} -u "$ORLOP_USER" --password-stdin
    - docker build -t ${host}/WORKSPACE/IMAGE:$CI_COMMIT_SHORT_SHA .
    - docker push ${host}/WORKSPACE/IMAGE:$CI_COMMIT_SHORT_SHA`;

export const jenkins = ({ host }: RegistryAddress) => `pipeline {
  agent any
  environment {
    IMAGE = "${host}/WORKSPACE/IMAGE:\${env.BUILD_NUMBER}"
  }
  stages {
    stage('image') {
      steps {
        withCredentials([usernamePassword(credentialsId: 'orlop',
            usernameVariable: 'ORLOP_USER', passwordVariable: 'ORLOP_TOKEN')]) {
          sh 'echo "$ORLOP_TOKEN" | docker login ${host} -u "$ORLOP_USER" --password-stdin'
          sh 'docker build -t "$IMAGE" . && docker push "$IMAGE"'
        }
      }
    }
  }
}`;

export const shell = ({ host }: RegistryAddress) => `#!/bin/sh
set -eu
image="${host}/WORKSPACE/IMAGE:$(git rev-parse --short HEAD)"
echo "$ORLOP_TOKEN" | docker login ${host} -u "$ORLOP_USER" --password-stdin
docker build -t "$image" .
docker push "$image"`;
