/** What an image's config says about how it runs. */
export interface RunConfig {
  readonly user: string | null;
  readonly workingDir: string | null;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  /** `port/protocol`. */
  readonly ports: readonly string[];
}

/** A version to be deployed, and where it is pulled from. */
export interface DeployedImage {
  /** Host and port that clients reach the registry at. */
  readonly host: string;
  /** Whether the registry is at plain http. */
  readonly isPlain: boolean;
  /** `workspace/image`. */
  readonly name: string;
  readonly tag: string | null;
  readonly digest: string;
  /** Whether references name the tag, where there is one, or the digest. */
  readonly by: 'tag' | 'digest';
  /** Null where the config is not known: the texts then leave out what it would say. */
  readonly config: RunConfig | null;
}

/** What a cluster signs in to the registry with. */
export interface PullLogin {
  readonly username: string;
  readonly password: string;
}

/** The name of the secret that workloads of Kubernetes pull with. */
export const SECRET = 'orlop-registry';

/** A port that the image exposes. */
export interface Port {
  readonly number: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

/** `host/workspace/image`, without tag and digest. */
export const repositoryOf = ({ host, name }: DeployedImage) => `${host}/${name}`;

/** The reference that clients pull: with the tag, or with `@` and the digest. */
export function referenceOf(image: DeployedImage): string {
  const { tag, digest, by } = image;
  return `${repositoryOf(image)}${by === 'tag' && tag !== null ? `:${tag}` : `@${digest}`}`;
}

const PORT = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/i;

/** The ports of a config, each once. Ranges, which only some builders write, are left out. */
export function portsOf({ config }: DeployedImage): Port[] {
  const ports = new Map<string, Port>();
  for (const text of config?.ports ?? []) {
    const [, digits, protocol = 'tcp'] = PORT.exec(text) ?? [];
    const number = Number(digits);
    if (!(number >= 1 && number <= 65_535)) continue;
    const port = { number, protocol: protocol.toUpperCase() as Port['protocol'] };
    ports.set(`${port.number}/${port.protocol}`, port);
  }
  return [...ports.values()];
}

/** The variables of a config in order, each once, with the value that counts: the last one. */
export function variablesOf(env: readonly string[]): [name: string, value: string][] {
  const variables = new Map<string, string>();
  for (const line of env) {
    const at = line.indexOf('=');
    if (at > 0) variables.set(line.slice(0, at), line.slice(at + 1));
  }
  return [...variables];
}

/** The longest DNS label: https://www.rfc-editor.org/rfc/rfc1123 */
const MAX_LABEL = 63;

/** A DNS label made from the last part of an image's name. */
export function labelOf({ name }: DeployedImage, max = MAX_LABEL): string {
  const last = name.split('/').at(-1) ?? '';
  return toLabel(last, max);
}

/** A DNS label made from any text. */
export function toLabel(text: string, max = MAX_LABEL): string {
  const label = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return label.replace(/^-/, '').slice(0, max).replace(/-$/, '') || 'image';
}
