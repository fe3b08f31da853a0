ALTER TABLE `refresh_tokens` ADD `secret_hash` text;--> statement-breakpoint
CREATE UNIQUE INDEX `refresh_tokens_by_secret` ON `refresh_tokens` (`secret_hash`) WHERE secret_hash IS NOT NULL;