ALTER TABLE `projects` ADD `robot_deletes` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `projects` ADD `owners_only` integer DEFAULT false NOT NULL;