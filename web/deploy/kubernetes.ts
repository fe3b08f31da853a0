import {
  type DeployedImage,
  labelOf,
  type PullLogin,
  portsOf,
  type RunConfig,
  referenceOf,
  SECRET,
  variablesOf,
} from './image.ts';
import { shellWord } from './shell.ts';
import { Quoted, toYaml, WithComment } from './yaml.ts';

/** A cron job's name, plus 11 characters for each of its jobs, is a label. */
const MAX_CRON_JOB_NAME = 52;

/** A Deployment that runs the image. */
export function deploymentManifest(image: DeployedImage): string {
  const name = labelOf(image);
  const labels = { 'app.kubernetes.io/name': name };
  return toYaml({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(image) },
    },
  });
}

/** A Pod that runs the image. */
export function podManifest(image: DeployedImage): string {
  return toYaml({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: labelOf(image) },
    spec: podSpec(image),
  });
}

/** A CronJob that runs the image each night, until its schedule is changed. */
export function cronJobManifest(image: DeployedImage): string {
  return toYaml({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: labelOf(image, MAX_CRON_JOB_NAME) },
    spec: {
      schedule: new Quoted('0 0 * * *'),
      jobTemplate: {
        spec: { template: { spec: { restartPolicy: 'OnFailure', ...podSpec(image) } } },
      },
    },
  });
}

/** The secret that `imagePullSecrets` names. */
export function secretManifest({ host }: DeployedImage, login: PullLogin): string {
  const config = JSON.stringify({ auths: { [host]: login } });
  return toYaml({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: SECRET },
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': config },
  });
}

/** The command that makes the same secret. */
export function secretCommand({ host }: DeployedImage, login: PullLogin): string {
  return [
    `kubectl create secret docker-registry ${SECRET}`,
    `  --docker-server=${shellWord(host)}`,
    `  --docker-username=${shellWord(login.username)}`,
    `  --docker-password=${shellWord(login.password)}`,
  ].join(' \\\n');
}

function podSpec(image: DeployedImage) {
  const ports = portsOf(image).map((port) => ({
    containerPort: port.number,
    protocol: port.protocol,
  }));
  const container = {
    name: labelOf(image),
    image: referenceOf(image),
    ...(ports.length > 0 && { ports }),
  };
  const own = image.config === null ? {} : setByImage(image.config);
  return {
    imagePullSecrets: [{ name: SECRET }],
    containers: [new WithComment(container, 'Set by the image. Uncomment what you change.', own)],
  };
}

/** What the image sets by itself: written into a workload, it would outlive the image's change. */
function setByImage({ entrypoint, cmd, workingDir, env, user }: RunConfig) {
  const variables = variablesOf(env).map(([name, value]) => ({
    name: /^\w+$/.test(name) ? name : new Quoted(name),
    value: literal(value),
  }));
  const ids = runAs(user);
  return {
    ...(entrypoint.length > 0 && { command: entrypoint.map(literal) }),
    ...(cmd.length > 0 && { args: cmd.map(literal) }),
    ...(workingDir !== null && { workingDir: new Quoted(workingDir) }),
    ...(variables.length > 0 && { env: variables }),
    ...(ids !== null && { securityContext: ids }),
  };
}

/**
 * A text that Kubernetes is to leave as it is: it replaces `$(NAME)`, and `$$` by `$`.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container
 */
function literal(text: string): Quoted {
  return new Quoted(/\$[$(]/.test(text) ? text.replaceAll('$', '$$$$') : text);
}

/** `1000` or `1000:1000` as Kubernetes has it; null for names, which it does not take. */
function runAs(user: string | null) {
  const [, uid, gid] = /^(\d{1,9})(?::(\d{1,9}))?$/.exec(user ?? '') ?? [];
  if (uid === undefined) return null;
  return { runAsUser: Number(uid), ...(gid !== undefined && { runAsGroup: Number(gid) }) };
}
