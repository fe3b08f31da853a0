import { json, type Preset, post } from './preset.ts';

const API = 'https://kubernetes.example.com';

/**
 * Sets the image of one container, as a strategic merge patch: containers are merged by name. The
 * digest makes Kubernetes pull what was pushed; the tag is for people.
 */
function setImage(path: string, spec: (pod: object) => object): Preset {
  const pod = { spec: { containers: [{ name: 'app', image: '{{address}}@{{digest}}' }] } };
  return {
    reference:
      'https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/',
    action: post({
      method: 'PATCH',
      url: `${API}${path}?fieldManager=orlop`,
      headers: [{ name: 'Authorization', value: 'Bearer {{secret}}' }],
      contentType: 'application/strategic-merge-patch+json',
      body: json({ spec: spec(pod) }),
      latestOnly: true,
    }),
  };
}

const template = (pod: object) => ({ template: pod });
const APPS = '/apis/apps/v1/namespaces/default';

export const deployment = setImage(`${APPS}/deployments/app`, template);
export const statefulSet = setImage(`${APPS}/statefulsets/app`, template);
export const daemonSet = setImage(`${APPS}/daemonsets/app`, template);
export const cronJob = setImage('/apis/batch/v1/namespaces/default/cronjobs/app', (pod) => ({
  jobTemplate: { spec: { template: pod } },
}));
