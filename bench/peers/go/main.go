// Command peer backs up SSM parameters as a straightforward program on aws-sdk-go-v2 does: listing,
// reading by ten in sixteen workers, and tags in bulk run at once; then one JSON document goes to S3.
//
// usage: peer REGION BUCKET KEY | peer version
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	tagging "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

const workers = 16

// record is one parameter, with the names that SSM uses.
type record struct {
	Name             string
	ARN              string
	Type             string
	Value            string
	KeyId            string `json:",omitempty"`
	Version          int64
	LastModifiedDate time.Time
	LastModifiedUser string
	Description      string `json:",omitempty"`
	AllowedPattern   string `json:",omitempty"`
	Tier             string
	DataType         string
	Tags             map[string]string
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "version" {
		fmt.Printf("aws-sdk-go-v2 %s on %s\n", aws.SDKVersion, runtime.Version())
		return
	}
	if len(os.Args) != 4 {
		log.Fatal("usage: peer REGION BUCKET KEY | peer version")
	}
	count, err := backup(context.Background(), os.Args[1], os.Args[2], os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(count, "parameters")
}

func backup(ctx context.Context, region, bucket, key string) (int, error) {
	client := plainBodies{awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		// By default ten: six of sixteen connections would be made anew all the time.
		t.MaxIdleConnsPerHost = workers
	})}
	settings, err := config.LoadDefaultConfig(ctx, config.WithRegion(region), config.WithHTTPClient(client))
	if err != nil {
		return 0, err
	}
	records, err := collect(ctx, settings)
	if err != nil {
		return 0, err
	}
	body, err := json.Marshal(map[string]any{"region": region, "parameters": records})
	if err != nil {
		return 0, err
	}
	objects := s3.NewFromConfig(settings, func(o *s3.Options) { o.UsePathStyle = true })
	_, err = objects.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &bucket, Key: &key, Body: bytes.NewReader(body), ContentType: aws.String("application/json"),
	})
	return len(records), err
}

// plainBodies sends each request's body as a plain reader: the SDK's own wrapper makes net/http give
// up connections to a server that answers at once.
type plainBodies struct{ client aws.HTTPClient }

func (p plainBodies) Do(request *http.Request) (*http.Response, error) {
	if request.Body != nil && request.Body != http.NoBody {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return nil, err
		}
		if err := request.Body.Close(); err != nil {
			return nil, err
		}
		request.Body = io.NopCloser(bytes.NewReader(body))
	}
	return p.client.Do(request)
}

func collect(ctx context.Context, settings aws.Config) ([]record, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	client := ssm.NewFromConfig(settings)

	var tags map[string]map[string]string
	var records []record
	var lock sync.Mutex
	batches := make(chan []types.ParameterMetadata, workers)
	var group sync.WaitGroup
	start := func(work func() error) {
		group.Add(1)
		go func() {
			defer group.Done()
			if err := work(); err != nil {
				cancel(err)
			}
		}()
	}
	start(func() (err error) { tags, err = readTags(ctx, settings); return })
	start(func() error { return list(ctx, client, batches) })
	for i := 0; i < workers; i++ {
		start(func() error {
			for batch := range batches {
				read, err := readBatch(ctx, client, batch)
				if err != nil {
					return err
				}
				lock.Lock()
				records = append(records, read...)
				lock.Unlock()
			}
			return nil
		})
	}
	group.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	for i := range records {
		records[i].Tags = tags[records[i].ARN]
	}
	return records, nil
}

func list(ctx context.Context, client *ssm.Client, batches chan<- []types.ParameterMetadata) error {
	defer close(batches)
	pages := ssm.NewDescribeParametersPaginator(client, &ssm.DescribeParametersInput{MaxResults: aws.Int32(50)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for rest := page.Parameters; len(rest) > 0; {
			size := min(len(rest), 10)
			select {
			case batches <- rest[:size]:
			case <-ctx.Done():
				return ctx.Err()
			}
			rest = rest[size:]
		}
	}
	return nil
}

func readBatch(ctx context.Context, client *ssm.Client, batch []types.ParameterMetadata) ([]record, error) {
	names := make([]string, len(batch))
	listed := make(map[string]*types.ParameterMetadata, len(batch))
	for i := range batch {
		names[i] = *batch[i].Name
		listed[names[i]] = &batch[i]
	}
	answer, err := client.GetParameters(ctx, &ssm.GetParametersInput{Names: names, WithDecryption: aws.Bool(true)})
	if err != nil {
		return nil, err
	}
	if len(answer.InvalidParameters) > 0 {
		return nil, fmt.Errorf("not read: %v", answer.InvalidParameters)
	}
	records := make([]record, 0, len(batch))
	for _, value := range answer.Parameters {
		metadata := listed[*value.Name]
		records = append(records, record{
			Name: *value.Name, ARN: aws.ToString(value.ARN), Type: string(value.Type), Value: aws.ToString(value.Value),
			KeyId: aws.ToString(metadata.KeyId), Version: value.Version,
			LastModifiedDate: aws.ToTime(value.LastModifiedDate), LastModifiedUser: aws.ToString(metadata.LastModifiedUser),
			Description: aws.ToString(metadata.Description), AllowedPattern: aws.ToString(metadata.AllowedPattern),
			Tier: string(metadata.Tier), DataType: aws.ToString(metadata.DataType),
		})
	}
	return records, nil
}

func readTags(ctx context.Context, settings aws.Config) (map[string]map[string]string, error) {
	all := map[string]map[string]string{}
	pages := tagging.NewGetResourcesPaginator(tagging.NewFromConfig(settings), &tagging.GetResourcesInput{
		ResourceTypeFilters: []string{"ssm:parameter"}, ResourcesPerPage: aws.Int32(100),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, resource := range page.ResourceTagMappingList {
			tags := make(map[string]string, len(resource.Tags))
			for _, tag := range resource.Tags {
				tags[*tag.Key] = *tag.Value
			}
			all[*resource.ResourceARN] = tags
		}
	}
	return all, nil
}
