// Job DSL of the weekly drill. `commonSettings` and `jenkinsJobsConfig` come from the seed job (README.md).
Map jenkinsPipelineRepo = commonSettings['jenkins-pipeline-repo']
Map jobConfig = jenkinsJobsConfig['admin_ssm_drill_job']

pipelineJob("Admin_Jobs/${jobConfig.name}") {
    displayName(jobConfig.displayName)
    description('すべてのリージョンの最新のバックアップが復元できることを、毎週確認します。AWSには何も書き込みません。')
    keepDependencies(false)
    disabled(false)

    logRotator {
        daysToKeep(365)
        numToKeep(100)
        artifactDaysToKeep(-1)
        artifactNumToKeep(-1)
    }

    properties {
        disableConcurrentBuilds {
            abortPrevious(false)
        }
        pipelineTriggers {
            triggers {
                cron {
                    spec('0 17 * * 0')  // Sunday UTC 17:00 = Monday JST 02:00
                }
            }
        }
    }

    parameters {
        choiceParam('ENVIRONMENT', jobConfig.environments ?: ['dev', 'prod'], '環境を選択')
        stringParam('JENKINSFILE_BRANCH', 'main', 'Jenkinsfileが格納されているブランチ')
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
