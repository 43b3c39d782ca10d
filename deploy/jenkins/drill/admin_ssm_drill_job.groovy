// Job DSL of the weekly drill. `commonSettings` and `jenkinsJobsConfig` come from the seed job (README.md).
// How long builds are kept, and that one runs at a time, stands in the Jenkinsfile.
Map jenkinsPipelineRepo = commonSettings['jenkins-pipeline-repo']
Map jobConfig = jenkinsJobsConfig['admin_ssm_drill_job']

pipelineJob("Admin_Jobs/${jobConfig.name}") {
    displayName(jobConfig.displayName)
    description('すべてのリージョンの最新のバックアップからリストアできることを、毎週確認します。AWS に書き込むのは結果だけです。')

    properties {
        pipelineTriggers {
            triggers {
                cron {
                    spec('TZ=UTC\n0 17 * * 0')  // Sunday 17:00 UTC is Monday 02:00 JST
                }
            }
        }
    }

    parameters {
        choiceParam('ENVIRONMENT', jobConfig.environments ?: ['dev', 'prod'], '環境を選択')
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
                    branch(jobConfig.branch ?: 'main')
                }
            }
            scriptPath(jobConfig.jenkinsfile)
            lightweight(true)
        }
    }
}
