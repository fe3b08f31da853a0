CREATE TABLE `image_pulls_by_day` (
	`image_id` integer NOT NULL,
	`day` integer NOT NULL,
	`pulls` integer NOT NULL,
	PRIMARY KEY(`image_id`, `day`),
	FOREIGN KEY (`image_id`) REFERENCES `images`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `pull_flushes` (
	`image_id` integer PRIMARY KEY NOT NULL,
	`last_batch` integer NOT NULL,
	FOREIGN KEY (`image_id`) REFERENCES `images`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `pulls_by_day` (
	`image_id` integer NOT NULL,
	`day` integer NOT NULL,
	`reference` text NOT NULL,
	`pulls` integer NOT NULL,
	PRIMARY KEY(`image_id`, `day`, `reference`),
	FOREIGN KEY (`image_id`) REFERENCES `images`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `sign_in_failures` (
	`subject` text PRIMARY KEY NOT NULL,
	`failures` integer NOT NULL,
	`last_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sign_in_failures_by_time` ON `sign_in_failures` (`last_at`);--> statement-breakpoint
DROP INDEX `workspaces_by_project`;--> statement-breakpoint
ALTER TABLE `workspaces` ADD `image_count` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `workspaces` ADD `size` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `workspaces` ADD `pulls` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `workspaces_public` ON `workspaces` (`name`) WHERE access = 'public' AND deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `workspaces_by_project` ON `workspaces` (`project_id`,`name`);--> statement-breakpoint
ALTER TABLE `images` ADD `versions` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `images` ADD `size` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `images` ADD `unshared_size` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `images_by_update` ON `images` (`workspace_id`,`updated_at`) WHERE published_at IS NOT NULL AND deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `images_by_size` ON `images` (`workspace_id`,`size`) WHERE published_at IS NOT NULL AND deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `images_by_pulls` ON `images` (`workspace_id`,`pulls`) WHERE published_at IS NOT NULL AND deleted_at IS NULL;--> statement-breakpoint
ALTER TABLE `manifests` ADD `platforms` text;--> statement-breakpoint
CREATE INDEX `projects_by_name_alone` ON `projects` (`name`,`id`);--> statement-breakpoint
CREATE INDEX `tags_by_update` ON `tags` (`image_id`,`updated_at`,`name`);