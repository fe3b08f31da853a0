import { z } from '@hono/zod-openapi';
import { MANIFEST_KINDS } from '../../domain/kinds.ts';

export const manifestKind = z.enum(MANIFEST_KINDS).openapi({
  description: 'What it is: an image, an index, or what the types of its content tell.',
});
