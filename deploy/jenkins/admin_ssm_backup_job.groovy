// Job DSL of the daily backup. `commonSettings` and `jenkinsJobsConfig` come from the seed job (README.md).
// How long builds are kept, and that one runs at a time, stands in the Jenkinsfile.
Map jenkinsPipelineRepo = commonSettings['jenkins-pipeline-repo']
Map jobConfig = jenkinsJobsConfig['admin_ssm_backup_job']

pipelineJob("Admin_Jobs/${jobConfig.name}") {
    displayName(jobConfig.displayName)
    description('SSM Parameter Store のパラメータを、リージョンごとに順番にバックアップします。')

    properties {
        pipelineTriggers {
            triggers {
                cron {
                    spec('TZ=UTC\n0 13 * * *')  // JST 22:00
                }
            }
        }
    }

    parameters {
        choiceParam('ENVIRONMENT', jobConfig.environments ?: ['dev', 'prod'], '環境を選択')
        booleanParam('DRY_RUN', false, 'ドライランモード（実際のバックアップは実行しない）')
        stringParam('JENKINSFILE_BRANCH', 'main', 'Jenkinsfile が格納されているブランチ')
        choiceParam('AGENT_LABEL', ['ec2-fleet-micro', 'ec2-fleet-small', 'ec2-fleet-medium'],
            '実行するエージェントのラベル')
    }

    definition {
        cpsScm {
            scm {
                git {
                    remote {
                        url(jenkinsPipelineRepo.url)
                        credentials(jenkinsPipelineRepo.credentials)
                    }
                    branch('${JENKINSFILE_BRANCH}')
                }
            }
            scriptPath(jobConfig.jenkinsfile)
            lightweight(true)
        }
    }
}
