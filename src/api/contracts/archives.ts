import { z } from '@hono/zod-openapi';
import { type Platform, parsePlatform } from '../../domain/platforms.ts';

export const archiveQuery = z.strictObject({
  format: z.enum(['docker', 'oci']).default('docker').openapi({
    description:
      'docker: one image for `docker load`, which skopeo, podman and ctr read as well; oci: an OCI image layout with all images of an index.',
  }),
  platform: z
    .string()
    .max(200)
    .transform((text, context): Platform => {
      // A plus that is not encoded is a space.
      const platform = parsePlatform(text.replaceAll(' ', '+'));
      if (platform) return platform;
      context.addIssue({
        code: 'custom',
        message:
          'must be os/architecture or os/architecture/variant; os may be os(version) or os(version+feature)',
      });
      return z.NEVER;
    })
    .optional()
    .openapi({
      type: 'string',
      description:
        'Selects one image of an index. Default: for docker linux/amd64, else the only image; for oci all images. Of several builds of Windows name one.',
      example: 'linux/arm64',
    }),
});

export const archiveHeaders = z.object({
  range: z.string().optional().openapi({
    description: 'Part of the archive. The same request always returns the same bytes.',
    example: 'bytes=1048576-',
  }),
  'if-range': z.string().optional().openapi({
    description:
      'The ETag of the part already downloaded. If it has changed, the whole archive is sent.',
  }),
  'if-none-match': z.string().optional(),
});
