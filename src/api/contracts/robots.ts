import { z } from '@hono/zod-openapi';
import { MAX_WORKSPACE_LENGTH, WORKSPACE_NAME } from '../../domain/names.ts';
import { MAX_ROBOT_NAME_LENGTH, ROBOT_NAME } from '../../domain/robots.ts';
import { idText, paging } from './common.ts';

const mayPush = z.boolean().openapi({ description: 'Whether it pushes, too; otherwise it pulls.' });

const workspaces = z.array(z.string()).nullable().openapi({
  description:
    "Names of the only workspaces it uses; null: all of its project, and others' public ones to pull.",
});

const expiresAt = z.iso.datetime().nullable().openapi({ description: 'Null: never.' });

const fields = z.object({
  id: z.int(),
  name: z.string(),
  username: z.string().openapi({ description: 'To log in with.', example: 'project-1+cluster' }),
  mayPush,
  workspaces,
  expiresAt,
  disabled: z.boolean(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable().openapi({ description: 'Accurate to the minute.' }),
});

export const robot = fields.openapi('Robot');

export const robotSecret = fields
  .extend({
    host: z.string().openapi({
      description: 'The registry to log in to.',
      example: 'registry.example',
    }),
    secret: z.string().openapi({ description: 'Returned only once, here.' }),
  })
  .openapi('RobotSecret');

const givenWorkspaces = z
  .array(z.string().max(MAX_WORKSPACE_LENGTH).regex(WORKSPACE_NAME))
  .min(1)
  .max(100)
  .nullable()
  .openapi({ description: 'Workspaces of the project, and public ones to pull from; null: all.' });

const givenEnd = z.iso
  .datetime({ offset: true })
  .nullable()
  .openapi({ description: 'A time to come; null: never.' });

export const newRobot = z
  .strictObject({
    name: z
      .string()
      .max(MAX_ROBOT_NAME_LENGTH)
      .regex(ROBOT_NAME, {
        error: 'a name has lower-case letters and digits, separated by single . _ or -',
      })
      .openapi({ example: 'cluster' }),
    mayPush: mayPush.default(false),
    workspaces: givenWorkspaces.default(null),
    expiresAt: givenEnd.default(null),
  })
  .openapi('NewRobot');

export const robotChange = z
  .strictObject({
    mayPush,
    workspaces: givenWorkspaces,
    expiresAt: givenEnd,
    disabled: z.boolean(),
  })
  .partial()
  .openapi('RobotChange');

export const robotParams = z.strictObject({ projectId: idText, robotId: idText });

export const robotsQuery = z.strictObject(paging);
