-- A push acts on what the database decided a moment ago, and its transaction checks that the facts
-- which decided are the same (src/auth/confirm-decision.ts): a row that is inserted here says that
-- they are not, and ends it. Where they are, nothing is written.
CREATE VIEW changed_decisions AS SELECT '' AS subject WHERE 0;
--> statement-breakpoint
CREATE TRIGGER changed_decisions_insert INSTEAD OF INSERT ON changed_decisions BEGIN
  SELECT RAISE(ABORT, 'orlop:decision_changed');
END;
--> statement-breakpoint
-- The epoch stands for the password in such a check: a token cannot carry a hash. Whatever sets a
-- hash raises it.
CREATE TRIGGER users_password AFTER UPDATE OF password_hash ON users
  WHEN NEW.password_hash IS NOT OLD.password_hash AND NEW.token_epoch = OLD.token_epoch BEGIN
  UPDATE users SET token_epoch = token_epoch + 1 WHERE id = NEW.id;
END;
