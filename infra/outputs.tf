locals {
  console = lookup({
    aws-cn     = "console.amazonaws.cn"
    aws-us-gov = "console.amazonaws-us-gov.com"
  }, local.partition, "console.aws.amazon.com")

  athena_options = "--database ${local.database} --workgroup ${aws_athena_workgroup.lake.name}"

  schedule_step = (var.schedule_enabled
    ? "Nothing to do: ${var.schedule} (UTC) reads the lists from now on."
    : "Set schedule_enabled = true and apply: ${var.schedule} (UTC) reads the lists from then on."
  )

  alarm_step = (var.alarm_email == null
    ? "Subscribe to ${aws_sns_topic.alarms.arn}, or set alarm_email; until then nobody receives alarms."
    : "Confirm the mail that AWS has sent to ${var.alarm_email}; until then you receive no alarms."
  )
}

output "next_steps" {
  description = "What to do now."
  value       = <<-EOT
    1. Upload the links of your lists,
       one per line:                      aws s3 cp playlists.txt ${local.lake}/config/playlists.txt
       or copy a lake from your machine:  aws s3 sync my-lake/config ${local.lake}/config
                                          aws s3 sync my-lake/raw ${local.lake}/raw
                                          aws s3 sync my-lake/outcomes ${local.lake}/outcomes
    2. Log in to Spotify:                 playlist-lake login --secret ${aws_secretsmanager_secret.spotify.name}
    3. Read the lists once:
       aws lambda invoke --function-name ${local.function} --invocation-type Event --payload '{}' --cli-binary-format raw-in-base64-out /dev/stdout
    4. After about 15 minutes, create the views and run a query. Athena's query editor has the same queries,
       saved in this workgroup:
       playlist-lake views ${local.athena_options}
       playlist-lake query trending --engine athena ${local.athena_options}
    5. ${local.schedule_step}
    6. ${local.alarm_step}
  EOT
}

output "lake" {
  description = "Address of the lake."
  value       = local.lake
}

output "secret" {
  description = "Name of the secret that playlist-lake login writes."
  value       = aws_secretsmanager_secret.spotify.name
}

output "function" {
  description = "Name of the function that reads the lists."
  value       = aws_lambda_function.extract.function_name
}

output "genres_function" {
  description = "Name of the function that asks for genres, if there is one."
  value       = one(aws_lambda_function.genres[*].function_name)
}

output "workflow" {
  description = "Name of the workflow that turns snapshots into tables."
  value       = aws_glue_workflow.build_tables.name
}

output "jobs" {
  description = "Names of the jobs. A job started by hand does not start the other."
  value       = { for name, job in aws_glue_job.this : name => job.name }
}

output "database" {
  description = "Name of the database to query."
  value       = aws_glue_catalog_database.lake.name
}

output "workgroup" {
  description = "Name of the Athena workgroup to query it in."
  value       = aws_athena_workgroup.lake.name
}

output "dead_letters" {
  description = "Address of the dead-letter queue."
  value       = aws_sqs_queue.dead_letters.id
}

output "alarm_topic" {
  description = "ARN of the topic that alarms go to."
  value       = aws_sns_topic.alarms.arn
}

output "dashboard" {
  description = "Address of the dashboard."
  value       = "https://${local.console}/cloudwatch/home?region=${local.region}#dashboards/dashboard/${var.name}"
}
