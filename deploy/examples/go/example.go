// A client of Chipline in Go: append with retries, follow the log and watch a timeline from a saved place.
//
//	chipline proto --out proto
//	go mod init chipline
//	(cd proto && protoc -I. --go_out=module=chipline:.. --go-grpc_out=module=chipline:.. chipline/v1/*.proto)
//	go mod tidy
//	go run example.go localhost:7417 append PREFIX COUNT | follow PLACE | watch COMPANY PLACE
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"

	pb "chipline/v1"
)

// What may succeed later. An append is sent again with the same event ids, so it is never in the log twice.
var later = map[codes.Code]bool{codes.Unavailable: true, codes.DeadlineExceeded: true, codes.ResourceExhausted: true}

// Calls until it succeeds, after longer and longer waits.
func retry(call func() error) {
	for wait := 100 * time.Millisecond; ; {
		err := call()
		if err == nil {
			return
		}
		if !later[status.Code(err)] {
			log.Fatal(err)
		}
		log.Print(err)
		time.Sleep(wait)
		if wait *= 2; wait > 2*time.Second {
			wait = 2 * time.Second
		}
	}
}

func appendEvents(connection *grpc.ClientConn, prefix, count string) {
	client := pb.NewEventLogServiceClient(connection)
	last, err := strconv.Atoi(count)
	if err != nil {
		log.Fatal(err)
	}
	for number := 1; number <= last; number++ {
		value := int64(number)
		usage := &pb.UsageReport{
			Company: &pb.Ref{Id: prefix},
			Metric:  pb.UsageMetric_USAGE_METRIC_TOKENS_PER_DAY,
			Value:   &pb.Quantity{Unit: pb.Unit_UNIT_TOKEN, Value: &value, Bound: pb.Bound_BOUND_EXACT},
			AsOf:    &pb.Date{Edtf: strconv.Itoa(2000 + number)},
		}
		event := &pb.Event{EventId: fmt.Sprintf("%s-%d", prefix, number), Payload: &pb.Event_UsageReport{UsageReport: usage}}
		retry(func() error {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			answer, err := client.AppendEvents(ctx, &pb.AppendEventsRequest{Events: []*pb.Event{event}})
			if err == nil {
				fmt.Println(event.EventId, answer.Events[0].Position)
			}
			return err
		})
	}
}

type stream[Message any] interface{ Recv() (Message, error) }

// Hands over each message of a stream, and begins again after the last one handled when it breaks. The file
// `place` is written after each message, so what is handled last may be handled again after a crash.
func goOn[Message interface{ GetResumeToken() string }](
	place string, open func(token string) (stream[Message], error), handle func(Message)) {
	once := func() error {
		token, err := os.ReadFile(place)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		messages, err := open(string(token))
		// A heartbeat comes every 15 s. Keepalive (main) ends a connection that is dead.
		for err == nil {
			var message Message
			if message, err = messages.Recv(); err == nil {
				handle(message)
				// Empty within a snapshot, which can only be begun again.
				err = save(place, message.GetResumeToken())
			}
		}
		if err == io.EOF {
			return nil
		}
		return err
	}
	for {
		retry(once)
	}
}

func save(place, token string) error {
	if err := os.WriteFile(place+".new", []byte(token), 0o644); err != nil {
		return err
	}
	return os.Rename(place+".new", place)
}

func follow(connection *grpc.ClientConn, place string) {
	client := pb.NewSubscriptionServiceClient(connection)
	goOn(place, func(token string) (stream[*pb.SubscribeResponse], error) {
		request := &pb.SubscribeRequest{ClientName: "example"}
		if token != "" {
			request.Start = &pb.SubscribeRequest_ResumeToken{ResumeToken: token}
		}
		return client.Subscribe(context.Background(), request)
	}, func(message *pb.SubscribeResponse) {
		for _, recorded := range message.GetBatch().GetEvents() {
			fmt.Println(recorded.Event.EventId, recorded.Position)
		}
	})
}

func watch(connection *grpc.ClientConn, company, place string) {
	client := pb.NewTimelineServiceClient(connection)
	query := &pb.TimelineQuery{Timeline: &pb.TimelineQuery_Usage{Usage: &pb.UsageQuery{Company: company}}}
	goOn(place, func(token string) (stream[*pb.WatchTimelinesResponse], error) {
		return client.WatchTimelines(context.Background(),
			&pb.WatchTimelinesRequest{Query: query, ClientName: "example", ResumeToken: token})
	}, func(message *pb.WatchTimelinesResponse) {
		for _, entry := range message.GetSnapshot().GetEntries() {
			fmt.Println("is", entry.EntryId, entry.ClaimCount)
		}
		for _, change := range message.GetChanges().GetChanges() {
			words := []any{"changed", change.EntryId}
			for _, event := range change.CauseEventIds {
				words = append(words, event)
			}
			fmt.Println(words...)
		}
		if message.GetReset_() != nil {
			fmt.Println("forget all")
		}
	})
}

func main() {
	if len(os.Args) < 4 {
		log.Fatal("example SERVER append PREFIX COUNT | follow PLACE | watch COMPANY PLACE")
	}
	words := append(os.Args[3:], "")
	// grpc.Dial and WithInsecure are there in every 1.x. From 1.63 on grpc.NewClient does as well.
	connection, err := grpc.Dial(os.Args[1], grpc.WithInsecure(),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 20 * time.Second}))
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	switch os.Args[2] {
	case "append":
		appendEvents(connection, words[0], words[1])
	case "follow":
		follow(connection, words[0])
	case "watch":
		watch(connection, words[0], words[1])
	default:
		log.Fatal("not an action: ", os.Args[2])
	}
}
