import { type Preset, post } from './preset.ts';

/** Runs a pipeline of a branch by a pipeline trigger token. The variables are those of its jobs. */
export const gitlab: Preset = {
  reference: 'https://docs.gitlab.com/ci/triggers/',
  action: post({
    url: 'https://gitlab.example.com/api/v4/projects/PROJECT_ID/trigger/pipeline',
    contentType: 'application/x-www-form-urlencoded',
    body: [
      'token={{secret}}',
      'ref=main',
      'variables[IMAGE]={{address}}',
      'variables[IMAGE_PINNED]={{pinned}}',
      'variables[IMAGE_TAG]={{tag}}',
      'variables[IMAGE_DIGEST]={{digest}}',
    ].join('&'),
  }),
};
