import { type Preset, post } from './preset.ts';

/** Receivers that know Docker Hub: Argo CD Image Updater, Flux, Portainer, Keel. */
export const dockerHub: Preset = {
  reference: 'https://docs.docker.com/docker-hub/repos/manage/webhooks/',
  action: post({
    url: 'https://receiver.example.com/hook',
    // The times are numbers, so the text is written out.
    body: `{
  "callback_url": "{{page}}",
  "push_data": {
    "pushed_at": {{unix_time}},
    "pusher": "{{actor}}",
    "tag": "{{tag}}",
    "images": []
  },
  "repository": {
    "name": "{{image}}",
    "namespace": "{{workspace}}",
    "owner": "{{workspace}}",
    "repo_name": "{{repository}}",
    "repo_url": "{{page}}",
    "status": "Active"
  }
}`,
  }),
};
