variable "region" {
  description = "AWS region of all resources. Default: the region of the environment."
  type        = string
  default     = null
}

variable "name" {
  description = "Prefix of every resource's name, so that an account can have several lakes."
  type        = string
  default     = "playlist-lake"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,23}$", var.name))
    error_message = "name must be 2 to 24 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "bucket" {
  description = "Name of the lake's bucket, unique in all of S3. Default: name, account and region."
  type        = string
  default     = null

  validation {
    condition     = var.bucket == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket must be 3 to 63 lower-case letters, digits and hyphens, and neither begin nor end with a hyphen."
  }
}

variable "packages" {
  description = "Folder that `make package` built."
  type        = string
  default     = "../dist"

  validation {
    condition = alltrue([
      for file in ["extract_lambda.zip", "layer.zip", "jobs.zip", "flatten_playlists.py", "build_stays.py"] :
      fileexists("${var.packages}/${file}")
    ])
    error_message = "packages must be a folder that `make package` built; run that in the project's folder first."
  }
}

variable "retention_days" {
  description = "Days that a snapshot is kept. Spotify's terms forbid keeping its content forever."
  type        = number
  default     = 365

  validation {
    condition     = var.retention_days >= 1 && var.retention_days <= 3650 && floor(var.retention_days) == var.retention_days
    error_message = "retention_days must be a whole number from 1 to 3650."
  }
}

variable "kms_key_arn" {
  description = "ARN of a KMS key for the bucket and the secret. Its key policy must let IAM policies grant access. Default: AWS's own keys, which are free."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-zA-Z-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key, arn:aws:kms:REGION:ACCOUNT:key/ID; an alias does not work."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the permissions boundary of every role, an output of infra/bootstrap. Default: none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of a policy, arn:aws:iam::ACCOUNT:policy/NAME."
  }
}

variable "schedule" {
  description = "When lists are read, in UTC, as an expression of EventBridge Scheduler. The next run of a date reads the lists that a run could not."
  type        = string
  default     = "cron(0 0/3 * * ? *)"

  validation {
    condition     = can(regex("^(rate|cron)\\(.+\\)$", var.schedule))
    error_message = "schedule must be rate(…) or cron(…), such as cron(0 0/3 * * ? *)."
  }
}

variable "schedule_enabled" {
  description = "Whether the schedule starts the function. Set it after playlist-lake login; without a token every run would fail."
  type        = bool
  default     = false
}

variable "genres" {
  description = "Whether a second function asks MusicBrainz and ListenBrainz for the genres of artists. Needs genres_contact."
  type        = bool
  default     = false
}

variable "genres_contact" {
  description = "Your e-mail or web address, which MusicBrainz and ListenBrainz get with every call. genres needs it."
  type        = string
  default     = null

  validation {
    # As in extract_lambda/genres/settings.py
    condition     = !var.genres || can(regex("^(https?://[!-~]{3,200}|[!-?A-~]{1,100}@[!-~]{3,200})$", var.genres_contact))
    error_message = "genres_contact must be an e-mail or web address, such as you@example.org: MusicBrainz requires one."
  }
}

variable "reserved_concurrency" {
  description = "Reserved concurrency of each function; 1 prevents two runs at the same time. Default: none, because new accounts have none to reserve."
  type        = number
  default     = null

  validation {
    condition     = var.reserved_concurrency == null || try(contains(range(1, 11), var.reserved_concurrency), false)
    error_message = "reserved_concurrency must be a whole number from 1 to 10, or unset."
  }
}

variable "flex" {
  description = "Whether the jobs run on Glue's spare capacity: a third cheaper, but they start only when there is some."
  type        = bool
  default     = false
}

variable "glue_metrics" {
  description = "Whether Glue sends its own metrics of each run (memory, executors, bytes read). No alarm and no graph uses them."
  type        = bool
  default     = false
}

variable "crawler" {
  description = "Whether to create a crawler over raw/ with its own database. The lake does not need it."
  type        = bool
  default     = false
}

variable "athena_scan_limit_mb" {
  description = "Megabytes that a query may read before Athena stops it; 1,000 cost half a cent."
  type        = number
  default     = 1000

  validation {
    condition     = var.athena_scan_limit_mb >= 11 && floor(var.athena_scan_limit_mb) == var.athena_scan_limit_mb
    error_message = "athena_scan_limit_mb must be a whole number from 11, because Athena has no limit below 10 MiB."
  }
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365], var.log_retention_days)
    error_message = "log_retention_days must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, which CloudWatch offers."
  }
}

variable "alarm_email" {
  description = "Address that receives alarms, after you confirm the mail that AWS sends first. Default: none; subscribe to the topic yourself."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.alarm_email))
    error_message = "alarm_email must be an address such as somebody@example.org."
  }
}

variable "monthly_budget_usd" {
  description = "Budget of the whole account in US dollars a month. AWS warns at 80 % of it. null: no budget."
  type        = number
  default     = 5

  validation {
    condition     = coalesce(var.monthly_budget_usd, 1) >= 1
    error_message = "monthly_budget_usd must be 1 or more, or null."
  }
}
