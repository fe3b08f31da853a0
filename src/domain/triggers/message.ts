/** What a request of a trigger can say of its event; what does not apply is empty. */
export interface TriggerMessage {
  readonly event: string;
  readonly event_id: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  /** Seconds since 1970. */
  readonly unix_time: string;
  readonly project: string;
  readonly workspace: string;
  /** The image's name within its workspace. */
  readonly image: string;
  /** `workspace/image` */
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  /** What the tag pointed at before. */
  readonly previous_digest: string;
  readonly media_type: string;
  /** Bytes of the manifest; `0` where there is none. */
  readonly size: string;
  /** Who did it. */
  readonly actor: string;
  /** The registry's host, with its port if it has one. */
  readonly registry: string;
  /** `registry/workspace/image:tag` */
  readonly address: string;
  /** `registry/workspace/image@digest` */
  readonly pinned: string;
  /** The page of the console. */
  readonly page: string;
}

/** The facts of an event that a message is made of. */
export interface EventFacts {
  readonly id: string;
  readonly type: string;
  /** Ms since 1970. */
  readonly at: number;
  readonly project: string;
  readonly workspace: string | null;
  readonly image: string | null;
  readonly tag: string | null;
  readonly digest: string | null;
  readonly previousDigest: string | null;
  readonly mediaType: string | null;
  readonly size: number | null;
  readonly actor: string;
}

/** The message of an event; `origin` is the registry's own, as in `https://registry.example.com`. */
export function toMessage(facts: EventFacts, origin: string): TriggerMessage {
  const { workspace, image, tag, digest } = facts;
  const registry = new URL(origin).host;
  const repository = workspace && image ? `${workspace}/${image}` : '';
  const whole = `${registry}/${repository}`;
  return {
    event: facts.type,
    event_id: facts.id,
    time: new Date(facts.at).toISOString(),
    unix_time: String(Math.floor(facts.at / 1000)),
    project: facts.project,
    workspace: workspace ?? '',
    image: image ?? '',
    repository,
    tag: tag ?? '',
    digest: digest ?? '',
    previous_digest: facts.previousDigest ?? '',
    media_type: facts.mediaType ?? '',
    size: String(facts.size ?? 0),
    actor: facts.actor,
    registry,
    address: repository && tag ? `${whole}:${tag}` : '',
    pinned: repository && digest ? `${whole}@${digest}` : '',
    page: pageOf(origin, facts),
  };
}

function pageOf(origin: string, { workspace, image, tag }: EventFacts): string {
  if (!workspace) return `${origin}/`;
  const page = `${origin}/workspaces/${workspace}`;
  if (!image) return page;
  const ofImage = `${page}/images/${encodeURIComponent(image)}`;
  return tag ? `${ofImage}/versions/${tag}` : ofImage;
}

/** The event of a test: what a push of the tag `test` would say. */
export function testFacts(
  id: string,
  place: { readonly project: string; readonly workspace: string | null; readonly actor: string },
  now: number,
): EventFacts {
  return {
    id: `test-${id}`,
    type: 'image.pushed',
    at: now,
    project: place.project,
    workspace: place.workspace ?? 'example',
    image: 'app',
    tag: 'test',
    digest: `sha256:${'0'.repeat(64)}`,
    previousDigest: null,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    size: 1000,
    actor: place.actor,
  };
}
