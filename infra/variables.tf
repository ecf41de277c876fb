variable "region" {
  description = "AWS region of everything; unset: that of the environment."
  type        = string
  default     = null
}

variable "name" {
  description = "Begins the name of every resource, so that an account can hold several lakes."
  type        = string
  default     = "playlist-lake"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,23}$", var.name))
    error_message = "name must be 2 to 24 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "bucket" {
  description = "Name of the lake's bucket, unique in all of S3; unset: name, account and region."
  type        = string
  default     = null

  validation {
    condition     = var.bucket == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket must be 3 to 63 lower-case letters, digits and hyphens, and neither begin nor end with a hyphen."
  }
}

variable "packages" {
  description = "Folder with what `make package` built."
  type        = string
  default     = "../dist"

  validation {
    condition = alltrue([
      for file in ["extract_lambda.zip", "layer.zip", "jobs.zip", "flatten_playlists.py", "build_stays.py"] :
      fileexists("${var.packages}/${file}")
    ])
    error_message = "packages lacks what is to be deployed; run `make package` in the project's folder first."
  }
}

variable "retention_days" {
  description = "Days that a snapshot is kept. Spotify's terms forbid keeping its content for ever."
  type        = number
  default     = 365

  validation {
    condition     = var.retention_days >= 1 && var.retention_days <= 3650 && floor(var.retention_days) == var.retention_days
    error_message = "retention_days must be a whole number from 1 to 3650."
  }
}

variable "force_destroy" {
  description = "Whether `terraform destroy` deletes the lake with all its history; must be applied before."
  type        = bool
  default     = false
}

variable "kms_key_arn" {
  description = "Key that encrypts the bucket and the secret, whose policy leaves access to IAM; unset: AWS's own, which cost nothing."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-zA-Z-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key, arn:aws:kms:REGION:ACCOUNT:key/ID; an alias does not do."
  }
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of every role, as infra/bootstrap's output names it; unset: none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of a policy, arn:aws:iam::ACCOUNT:policy/NAME."
  }
}

variable "schedule" {
  description = "When lists are read, in UTC, as EventBridge Scheduler writes it. What a run could not read, the next of that date reads."
  type        = string
  default     = "cron(0 0/3 * * ? *)"

  validation {
    condition     = can(regex("^(rate|cron)\\(.+\\)$", var.schedule))
    error_message = "schedule must be rate(…) or cron(…), such as cron(0 0/3 * * ? *)."
  }
}

variable "reserved_concurrency" {
  description = "Reserved concurrency of the function; 1 lets no two runs meet. Unset: none, since new accounts have none to reserve."
  type        = number
  default     = null

  validation {
    condition     = var.reserved_concurrency == null || try(contains(range(1, 11), var.reserved_concurrency), false)
    error_message = "reserved_concurrency must be a whole number from 1 to 10, or unset."
  }
}

variable "flex" {
  description = "Whether the jobs run on Glue's spare capacity, a third cheaper and started whenever there is some."
  type        = bool
  default     = false
}

variable "crawler" {
  description = "Whether to make a crawler over raw/, with a database of its own; nothing here needs it."
  type        = bool
  default     = false
}

variable "athena_scan_limit_mb" {
  description = "Megabytes that a query may read before Athena stops it; 1,000 cost half a cent."
  type        = number
  default     = 1000

  validation {
    condition     = var.athena_scan_limit_mb >= 11 && floor(var.athena_scan_limit_mb) == var.athena_scan_limit_mb
    error_message = "athena_scan_limit_mb must be a whole number from 11, since Athena knows no limit below 10 MiB."
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
  description = "Where alarms are sent, once the mail that AWS sends first is confirmed; unset: subscribe to the topic yourself."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.alarm_email))
    error_message = "alarm_email must be an address such as somebody@example.org."
  }
}

variable "monthly_budget_usd" {
  description = "Dollars a month, of the whole account, from which on the budget warns."
  type        = number
  default     = 5

  validation {
    condition     = var.monthly_budget_usd >= 1
    error_message = "monthly_budget_usd must be 1 or more."
  }
}
