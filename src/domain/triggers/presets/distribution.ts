import { type Preset, post } from './preset.ts';

/** What the registry of CNCF Distribution sends to its endpoints. */
export const distribution: Preset = {
  reference: 'https://distribution.github.io/distribution/about/notifications/',
  action: post({
    url: 'https://receiver.example.com/hook',
    contentType: 'application/vnd.docker.distribution.events.v1+json',
    body: `{
  "events": [
    {
      "id": "{{event_id}}",
      "timestamp": "{{time}}",
      "action": "push",
      "target": {
        "mediaType": "{{media_type}}",
        "size": {{size}},
        "length": {{size}},
        "digest": "{{digest}}",
        "repository": "{{repository}}",
        "url": "https://{{registry}}/v2/{{repository}}/manifests/{{digest}}",
        "tag": "{{tag}}"
      },
      "request": {
        "id": "{{event_id}}",
        "addr": "",
        "host": "{{registry}}",
        "method": "PUT",
        "useragent": ""
      },
      "actor": { "name": "{{actor}}" },
      "source": { "addr": "{{registry}}", "instanceID": "orlop" }
    }
  ]
}`,
  }),
};
