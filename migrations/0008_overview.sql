CREATE TABLE `platform_pulls_by_day` (
	`day` integer PRIMARY KEY NOT NULL,
	`pulls` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `platform_totals` (
	`id` integer PRIMARY KEY NOT NULL,
	`blobs` integer NOT NULL,
	`blob_bytes` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `manifests` ADD `damaged_at` integer;--> statement-breakpoint
CREATE INDEX `manifests_damaged` ON `manifests` (`damaged_at`) WHERE damaged_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE `workspaces` ADD `versions` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `workspaces_with_retention` ON `workspaces` (`id`) WHERE retention IS NOT NULL;