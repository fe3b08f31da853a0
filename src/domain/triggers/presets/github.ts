import { json, type Preset, post } from './preset.ts';

/** Starts workflows with `on: repository_dispatch`. The token may write the repository's contents. */
export const github: Preset = {
  reference: 'https://docs.github.com/en/rest/repos/repos#create-a-repository-dispatch-event',
  action: post({
    url: 'https://api.github.com/repos/OWNER/REPOSITORY/dispatches',
    headers: [
      { name: 'Accept', value: 'application/vnd.github+json' },
      { name: 'Authorization', value: 'Bearer {{secret}}' },
      { name: 'X-GitHub-Api-Version', value: '2022-11-28' },
    ],
    body: json({
      event_type: '{{event}}',
      // Ten fields at most.
      client_payload: {
        repository: '{{repository}}',
        tag: '{{tag}}',
        digest: '{{digest}}',
        image: '{{address}}',
        pinned: '{{pinned}}',
        actor: '{{actor}}',
      },
    }),
  }),
};
