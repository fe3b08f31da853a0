import { json, type Preset, post } from './preset.ts';

/** Structured mode: the event is the body. */
export const cloudevents: Preset = {
  reference: 'https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md',
  action: post({
    url: 'https://receiver.example.com/events',
    contentType: 'application/cloudevents+json',
    body: json({
      specversion: '1.0',
      id: '{{event_id}}',
      source: '//{{registry}}/{{repository}}',
      type: 'orlop.{{event}}',
      subject: '{{tag}}',
      time: '{{time}}',
      datacontenttype: 'application/json',
      data: {
        project: '{{project}}',
        repository: '{{repository}}',
        tag: '{{tag}}',
        digest: '{{digest}}',
        previousDigest: '{{previous_digest}}',
        image: '{{address}}',
        actor: '{{actor}}',
      },
    }),
  }),
};
