import { parseCreated } from '../domain/created.ts';
import { parseDigest } from '../domain/digest.ts';
import { type BuiltLayer, type ImageConfig, lineUp } from '../domain/image-config.ts';
import { kindOf, kindOfContent, type ManifestKind } from '../domain/kinds.ts';
import type { Descriptor } from '../domain/manifest-parts.ts';
import { isManifestMediaType } from '../domain/media-types.ts';
import { parseTag, type Reference } from '../domain/names.ts';
import { formatPlatform } from '../domain/platforms.ts';
import { deleteManifest } from '../registry/manifests.ts';
import { listReferrers } from '../registry/referrers.ts';
import { type VersionView, viewVersion } from '../registry/versions.ts';
import { listAccessoriesOf } from '../storage/content/accessories.ts';
import { accessoryBody } from './accessories.ts';
import { manifestParams, versionParams, versionView } from './contracts/versions.ts';
import { endpoint, jsonResponse } from './endpoint.ts';
import type { ApiContext } from './http.ts';
import { versionBody } from './versions.ts';

const tags = ['Versions'];
const IMAGE = '/workspaces/{workspace}/images/{image}';

export const getVersion = endpoint(
  { action: 'image:pull', on: 'image' },
  {
    method: 'get',
    path: `${IMAGE}/versions/{tag}`,
    tags,
    summary: 'View a version and its content; does not count as a pull',
    request: { params: versionParams },
    responses: { 200: jsonResponse(versionView, 'The version.') },
  },
  async (c) => {
    const tag = parseTag(c.req.valid('param').tag);
    return c.json(await view(c, { kind: 'tag', tag }), 200);
  },
);

export const getManifest = endpoint(
  { action: 'image:pull', on: 'image' },
  {
    method: 'get',
    path: `${IMAGE}/manifests/{digest}`,
    tags,
    summary: 'View a manifest, tagged or not; does not count as a pull',
    request: { params: manifestParams },
    responses: { 200: jsonResponse(versionView, 'The manifest.') },
  },
  async (c) => {
    const digest = parseDigest(c.req.valid('param').digest);
    return c.json(await view(c, { kind: 'digest', digest }), 200);
  },
);

export const removeManifest = endpoint(
  { action: 'version:delete', on: 'image' },
  {
    method: 'delete',
    path: `${IMAGE}/manifests/{digest}`,
    tags,
    summary: 'Move a manifest, with the versions that point at it, to the trash',
    request: { params: manifestParams },
    responses: { 204: { description: 'Moved to the trash.' } },
  },
  async (c) => {
    const digest = parseDigest(c.req.valid('param').digest);
    await deleteManifest(c.var.repo, { kind: 'digest', digest });
    return c.body(null, 204);
  },
);

/** Maximum number of referrers in a view, and of accessories; /v2 lists all of them. */
const MAX_ATTACHED = 100;

/** https://github.com/opencontainers/image-spec/blob/main/annotations.md */
const CREATED = 'org.opencontainers.image.created';

async function view(c: ApiContext, reference: Reference) {
  const repo = c.var.repo;
  const version = await viewVersion(repo, c.var.imageId, reference);
  const page = { limit: MAX_ATTACHED, last: '' };
  const { referrers, more } = await listReferrers(repo, {
    subject: version.digest,
    artifactType: null,
    page,
  });
  const { db } = c.var.services;
  const found = await listAccessoriesOf(db, c.var.imageId, version.digest, MAX_ATTACHED + 1);
  return {
    ...versionBody(c, version, version.tag),
    kind: kindOfContent(version.mediaType, version.parts),
    manifest: version.text,
    annotations: version.parts.annotations,
    subject: version.parts.subject,
    config: version.config && configBody(version.config),
    layers: layerBodies(version),
    children: version.parts.children.map(childBody),
    accessories: found.slice(0, MAX_ATTACHED).map((one) => accessoryBody(c, one)),
    moreAccessories: found.length > MAX_ATTACHED,
    referrers: referrers.map((one) => ({
      ...one,
      kind: kindOf(one.mediaType, one.artifactType, one.annotations),
      createdAt: parseCreated(one.annotations[CREATED] ?? ''),
    })),
    moreReferrers: more,
  };
}

function configBody({ platform, history: _, ...config }: ImageConfig) {
  const { os = null, architecture = null, variant = null, osVersion = null } = platform ?? {};
  return {
    ...config,
    os,
    architecture,
    variant,
    osVersion,
    osFeatures: [...(platform?.osFeatures ?? [])],
    entrypoint: [...config.entrypoint],
    cmd: [...config.cmd],
    env: [...config.env],
    ports: [...config.ports],
    volumes: [...config.volumes],
  };
}

function layerBodies({ parts, config, elsewhere }: VersionView) {
  return lineUp(parts.layers, config?.history ?? []).map(({ layer, step }: BuiltLayer) => ({
    digest: layer?.digest ?? null,
    mediaType: layer?.mediaType ?? null,
    size: layer?.size ?? 0,
    urls: [...(layer?.urls ?? [])],
    isElsewhere: layer !== null && elsewhere.has(layer.digest),
    createdBy: step?.createdBy ?? null,
    createdAt: step?.createdAt ?? null,
    comment: step?.comment ?? null,
  }));
}

/** How BuildKit marks an attestation in an index. */
const REFERENCE_TYPE = 'vnd.docker.reference.type';

function childBody({ platform, urls: _, ...child }: Descriptor) {
  return { ...child, kind: kindOfChild(child), platform: platform && formatPlatform(platform) };
}

/** The index of a build cache lists its layers and its config. */
function kindOfChild({
  mediaType,
  artifactType,
  annotations,
}: Omit<Descriptor, 'platform' | 'urls'>): ManifestKind | 'layer' {
  if (annotations[REFERENCE_TYPE] === 'attestation-manifest') return 'attestation';
  if (isManifestMediaType(mediaType)) return kindOf(mediaType, artifactType, annotations);
  const kind = kindOf(mediaType, mediaType, annotations);
  return kind === 'artifact' ? 'layer' : kind;
}
