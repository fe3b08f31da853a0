CREATE TABLE `robots` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` integer NOT NULL,
	`name` text NOT NULL,
	`secret_hash` text NOT NULL,
	`may_push` integer NOT NULL,
	`workspaces` text,
	`epoch` integer DEFAULT 1 NOT NULL,
	`expires_at` integer,
	`disabled_at` integer,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `robots_secret_hash_unique` ON `robots` (`secret_hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `robots_by_name` ON `robots` (`project_id`,`name`);--> statement-breakpoint
-- Whatever changes a robot's secret or what it may do raises its epoch, which ends what was signed for it.
CREATE TRIGGER robots_epoch
  AFTER UPDATE OF secret_hash, may_push, workspaces, expires_at, disabled_at ON robots
  WHEN NEW.epoch = OLD.epoch
    AND (NEW.secret_hash IS NOT OLD.secret_hash OR NEW.may_push IS NOT OLD.may_push
      OR NEW.workspaces IS NOT OLD.workspaces OR NEW.expires_at IS NOT OLD.expires_at
      OR NEW.disabled_at IS NOT OLD.disabled_at)
BEGIN
  UPDATE robots SET epoch = epoch + 1 WHERE id = NEW.id;
END;
