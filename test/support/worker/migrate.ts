/**
 * Gives every test file in workerd a database with all migrations applied, and an admin who has
 * replaced the first password: by ADMIN_PASSWORD itself, which no API would take.
 */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { hashPassword } from '../../../src/auth/secrets.ts';

await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);

const hash = await hashPassword(env.ADMIN_PASSWORD);
await env.DB.prepare('UPDATE users SET password_hash = ? WHERE id = 1').bind(hash).run();
