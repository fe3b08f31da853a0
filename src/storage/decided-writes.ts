import { type SQL, sql } from 'drizzle-orm';

/**
 * A statement that ends its transaction unless all `conditions` hold, and then with refusal
 * decision_changed (see refusalOf). It writes nothing.
 * @param subject whom the decision was about
 */
export function requireSame(subject: string, conditions: readonly SQL[]): SQL {
  return sql`INSERT INTO changed_decisions (subject)
    SELECT ${subject} WHERE NOT (${sql.join([...conditions], sql` AND `)})`;
}
