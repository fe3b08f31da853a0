import { z } from '@hono/zod-openapi';
import { type Platform, parsePlatform } from '../../domain/platforms.ts';

export const archiveQuery = z.strictObject({
  format: z.enum(['docker', 'oci']).default('docker').openapi({
    description:
      'docker: one image for `docker load`, which skopeo, podman and ctr take as well; oci: an OCI image layout, of an index all of it.',
  }),
  platform: z
    .string()
    .max(200)
    .transform((text, context): Platform => {
      const platform = parsePlatform(text);
      if (platform) return platform;
      context.addIssue({
        code: 'custom',
        message: 'must be os/architecture or os/architecture/variant',
      });
      return z.NEVER;
    })
    .optional()
    .openapi({
      type: 'string',
      description:
        'Which image of an index. Left out: for docker linux/amd64, else the only one; for oci all of them.',
      example: 'linux/arm64',
    }),
});

export const archiveHeaders = z.object({
  range: z.string().optional().openapi({
    description: 'A part of the archive: the same request always gives the same bytes.',
    example: 'bytes=1048576-',
  }),
  'if-range': z.string().optional().openapi({
    description: 'The ETag of what is there already: when it has changed, all of it comes.',
  }),
  'if-none-match': z.string().optional(),
});
