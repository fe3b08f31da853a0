import { type Preset, post } from './preset.ts';

/** Harbor's default payload. Receivers compare the Authorization header with the secret. */
export const harbor: Preset = {
  reference:
    'https://goharbor.io/docs/main/working-with-projects/project-configuration/configure-webhooks/',
  action: post({
    url: 'https://receiver.example.com/hook',
    headers: [{ name: 'Authorization', value: '{{secret}}' }],
    body: `{
  "type": "PUSH_ARTIFACT",
  "occur_at": {{unix_time}},
  "operator": "{{actor}}",
  "event_data": {
    "resources": [
      {
        "digest": "{{digest}}",
        "tag": "{{tag}}",
        "resource_url": "{{address}}"
      }
    ],
    "repository": {
      "name": "{{image}}",
      "namespace": "{{workspace}}",
      "repo_full_name": "{{repository}}",
      "repo_type": "private"
    }
  }
}`,
  }),
};
