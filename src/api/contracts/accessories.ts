import { z } from '@hono/zod-openapi';
import { paging, userName } from './common.ts';
import { digestText } from './digest.ts';
import { manifestKind } from './kinds.ts';

const facts = {
  tag: z.string().openapi({ example: 'sha256-e3b0c442….sig' }),
  digest: digestText,
  artifactType: z.string().nullable(),
  kind: manifestKind,
  size: z.int().openapi({ description: 'Bytes of its content.' }),
  pushedAt: z.iso.datetime(),
  pushedBy: userName,
};

export const accessory = z.object(facts).openapi('Accessory');

export const accessoriesQuery = z.strictObject(paging);

export const listedAccessory = z
  .object({
    ...facts,
    subject: z.string().openapi({
      description: 'The digest it is attached to; of a sha512 the beginning, as the tag has it.',
    }),
    attachedTo: digestText.nullable().openapi({
      description: 'The manifest it is attached to; null while the image does not have that.',
    }),
  })
  .openapi('ListedAccessory');
